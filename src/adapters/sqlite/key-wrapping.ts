import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject } from "node:crypto"
import { Redacted } from "effect"

/** 32 bytes each; the first wraps, all unwrap. */
export type MasterKeys = readonly [Redacted.Redacted<Uint8Array>, ...ReadonlyArray<Redacted.Redacted<Uint8Array>>]

/** Wraps the keys of one vault. Each is bound to its vault and its id: under another name it does not unwrap. */
export type KeyWrapping = {
  /** Base64. */
  readonly wrap: (id: string, key: Uint8Array) => string
  /** Nothing when no master key opens it under this id. */
  readonly unwrap: (id: string, wrapped: string) => Buffer | undefined
}

/** RFC 3394: its result is authenticated and needs no nonce. */
const algorithm = "id-aes256-wrap"
const iv = Buffer.alloc(8, 0xa6)

export const makeKeyWrapping = (masterKeys: MasterKeys, vaultId: string): KeyWrapping => {
  const keys = masterKeys.map((masterKey) => createSecretKey(Redacted.value(masterKey)))
  const first = createSecretKey(Redacted.value(masterKeys[0]))
  const wrappingKey = (masterKey: KeyObject, id: string) =>
    createSecretKey(Buffer.from(hkdfSync("sha256", masterKey, vaultId, `certreg key ${id}`, 32)))
  return {
    wrap: (id, key) => {
      const cipher = createCipheriv(algorithm, wrappingKey(first, id), iv)
      return Buffer.concat([cipher.update(key), cipher.final()]).toString("base64")
    },
    unwrap: (id, wrapped) => {
      for (const masterKey of keys) {
        const decipher = createDecipheriv(algorithm, wrappingKey(masterKey, id), iv)
        try {
          return Buffer.concat([decipher.update(wrapped, "base64"), decipher.final()])
        } catch {
          // Wrapped under another master key, or for another id.
        }
      }
      return undefined
    }
  }
}
