import { createCipheriv, createDecipheriv, createHash, createHmac, createSecretKey } from "node:crypto"
import type { SealedField } from "../../application/ports/vault.ts"
import { randomBytes } from "./random-bytes.ts"

const algorithm = "aes-256-gcm"
const nonceLength = 12
// Without it node:crypto takes tags of 4 bytes, too.
const tag = { authTagLength: 16 }

// Keys go in as key objects: given as bytes, they cost node:crypto (24.21) 12 µs more each time.
const associatedData = ({ stream, type, field }: SealedField) => Buffer.from(JSON.stringify([stream, type, field]))

/** Nonce and ciphertext with its tag, base64. */
export const seal = (key: Buffer, at: SealedField, plain: string): { readonly nonce: string; readonly box: string } => {
  const nonce = randomBytes(nonceLength)
  const cipher = createCipheriv(algorithm, createSecretKey(key), nonce, tag).setAAD(associatedData(at))
  const box = Buffer.concat([cipher.update(plain, "utf8"), cipher.final(), cipher.getAuthTag()])
  return { nonce: nonce.toString("base64"), box: box.toString("base64") }
}

/** Nothing for what was not sealed here under this key. */
export const open = (
  key: Buffer,
  at: SealedField,
  sealed: { readonly nonce: string; readonly box: string }
): string | undefined => {
  const nonce = Buffer.from(sealed.nonce, "base64")
  const box = Buffer.from(sealed.box, "base64")
  if (nonce.length !== nonceLength || box.length < tag.authTagLength) return undefined
  const end = box.length - tag.authTagLength
  const decipher = createDecipheriv(algorithm, createSecretKey(key), nonce, tag)
    .setAAD(associatedData(at))
    .setAuthTag(box.subarray(end))
  try {
    return Buffer.concat([decipher.update(box.subarray(0, end)), decipher.final()]).toString("utf8")
  } catch {
    return undefined
  }
}

export const hmac = (key: Uint8Array, text: string): Buffer =>
  createHmac("sha256", createSecretKey(key)).update(text).digest()

/** Under a key derived from the data key: one key, one algorithm. */
export const fingerprint = (key: Buffer, text: string): string => hmac(hmac(key, "fingerprint"), text).toString("hex")

/** Of the key itself; the prefix keeps it apart from every other hash. */
export const keyFingerprint = (key: Buffer): string =>
  createHash("sha256").update("certreg key fingerprint\u0001").update(key).digest("hex")
