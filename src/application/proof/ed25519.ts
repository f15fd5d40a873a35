import { createPublicKey, type KeyObject, verify } from "node:crypto"

/** What comes before the 32 bytes of a key in its SPKI form (RFC 8410 §4). */
const spkiPrefix = Buffer.from("302a300506032b6570032100", "hex")
const keyBytes = 32
export const signatureBytes = 64

/** What base64 says, where it says it to the letter: the one spelling with padding. */
export const bytesOfBase64 = (text: string): Buffer | undefined => {
  const bytes = Buffer.from(text, "base64")
  return bytes.toString("base64") === text ? bytes : undefined
}

/** The 32 bytes of an Ed25519 public key, of the base64 of its SPKI form; undefined for anything else. */
export const rawPublicKey = (publicKey: string): Buffer | undefined => {
  const spki = bytesOfBase64(publicKey)
  if (spki?.length !== spkiPrefix.length + keyBytes) return undefined
  return spki.subarray(0, spkiPrefix.length).equals(spkiPrefix) ? spki.subarray(spkiPrefix.length) : undefined
}

/** The base64 of the SPKI form of an Ed25519 public key. */
export const spkiOf = (key: KeyObject): string => key.export({ type: "spki", format: "der" }).toString("base64")

/** Whether a signature (RFC 8032) of a text (UTF-8) was made with the key whose public part is given (base64 of its SPKI form). */
export const isSignatureOf = (text: string, signature: Uint8Array, publicKey: string): boolean => {
  if (signature.length !== signatureBytes || rawPublicKey(publicKey) === undefined) return false
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" })
    return verify(null, Buffer.from(text), key, signature)
  } catch {
    return false
  }
}
