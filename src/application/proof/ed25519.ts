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

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64")

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

/** The prime of the field of Curve25519. */
const p = 2n ** 255n - 19n
const ofOrder8 = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n
const weak = new Set([0n, 1n, p - 1n, ofOrder8, p - ofOrder8])

/** Whether a text is an Ed25519 public key (base64 of its SPKI form), and not one of the few points for which anybody can sign. */
export const isTrustworthyKey = (publicKey: string): boolean => {
  const raw = rawPublicKey(publicKey)
  if (!raw) return false
  const y = BigInt.asUintN(255, BigInt(`0x${Buffer.from(raw).reverse().toString("hex")}`))
  return y < p && !weak.has(y)
}

/** The key in a file that somebody gives, as base64 of its SPKI form: that, or a PEM file; undefined for anything else. */
export const readPublicKey = (text: string): string | undefined => {
  const key = text.replace(/-----(BEGIN|END) PUBLIC KEY-----|[\t\n\v\f\r ]/g, "")
  return isTrustworthyKey(key) ? key : undefined
}
