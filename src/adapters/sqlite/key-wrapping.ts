import { createCipheriv, createDecipheriv, createHmac, createSecretKey, type KeyObject } from "node:crypto"
import { Redacted } from "effect"
import type { MasterKeys } from "../../application/ports/vault.ts"

/** Wraps the keys of one vault. Each is bound to its vault and its id: under another name it does not unwrap. */
export type KeyWrapping = {
  /** What the first master key is called in this vault: other keys, or other vaults, other names. */
  readonly nameOfFirst: string
  /** Base64. */
  readonly wrap: (id: string, key: Uint8Array) => string
  /** Nothing when no master key opens it under this id. */
  readonly unwrap: (id: string, wrapped: string) => Buffer | undefined
}

/** RFC 3394: its result is authenticated and needs no nonce. */
const algorithm = "id-aes256-wrap"
/** Of all that is wrapped, in bytes. */
const keyLength = 32
const iv = Buffer.alloc(8, 0xa6)

export const makeKeyWrapping = (masterKeys: MasterKeys, vaultId: string): KeyWrapping => {
  // HKDF-SHA-256 (RFC 5869) with the vault's id as salt, its first half done once: a key needs the second half alone.
  const extract = (masterKey: Redacted.Redacted<Uint8Array>) =>
    createSecretKey(hmac(createSecretKey(Buffer.from(vaultId)), Redacted.value(masterKey)))
  const [first, ...others] = masterKeys
  const wrapping = extract(first)
  const keys = [wrapping, ...others.map(extract)]
  const wrappingKey = (extracted: KeyObject, id: string) => createSecretKey(hmac(extracted, `certreg key ${id}\u0001`))
  return {
    nameOfFirst: hmac(wrapping, "certreg master key name\u0001").toString("hex").slice(0, 16),
    wrap: (id, key) => {
      const cipher = createCipheriv(algorithm, wrappingKey(wrapping, id), iv)
      return Buffer.concat([cipher.update(key), cipher.final()]).toString("base64")
    },
    unwrap: (id, wrapped) => {
      for (const masterKey of keys) {
        const decipher = createDecipheriv(algorithm, wrappingKey(masterKey, id), iv)
        try {
          const key = Buffer.concat([decipher.update(wrapped, "base64"), decipher.final()])
          // Of nothing the cipher makes nothing, and does not object.
          if (key.length === keyLength) return key
        } catch {
          // Wrapped under another master key, or for another id.
        }
      }
      return undefined
    }
  }
}

const hmac = (key: KeyObject, data: string | Uint8Array): Buffer => createHmac("sha256", key).update(data).digest()
