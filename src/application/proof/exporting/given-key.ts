import { isTrustworthyKey } from "./exported-signers.ts"

/** The key in a file that somebody gives, as base64 of its SPKI form: that, or a PEM file; undefined for anything else. */
export const readGivenKey = (text: string): string | undefined => {
  const key = text.replace(/-----(BEGIN|END) PUBLIC KEY-----|\s/g, "")
  return isTrustworthyKey(key) ? key : undefined
}
