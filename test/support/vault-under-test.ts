import { hash } from "node:crypto"
import { Effect, type Layer, Redacted } from "effect"
import type { KeyRewrap } from "../../src/application/ports/key-rewrap.ts"
import type { Tombstones } from "../../src/application/ports/tombstones.ts"
import { type MasterKeys, type SealedField, Vault } from "../../src/application/ports/vault.ts"
import { newId } from "./stored-events.ts"

/** A new and empty vault, and what an intruder or an accident may do to its storage while nobody has it open. */
export type VaultUnderTest = {
  /** Opens the same vault each time it is built. */
  readonly layer: (
    masterKeys: MasterKeys
  ) => Layer.Layer<Vault | Tombstones | KeyRewrap, { readonly _tag: string; readonly reason?: string }>
  /** Stores the row of a key under another id instead. */
  readonly rename: (keyId: string, to: string) => void
  readonly lose: (keyId: string) => void
  /** All bytes of the storage, also while it is open. */
  readonly contents: () => Buffer
  /** What looks like a wrapped key in the bytes of a storage. */
  readonly wrappedIn: (contents: Buffer) => ReadonlyArray<string>
}

export const masterKey = (name: number) => Redacted.make<Uint8Array>(hash("sha256", `master key ${name}`, "buffer"))
export const here: SealedField = { stream: "stream", type: "Requested", field: "personal" }
export const secret = Redacted.make("Siti “Nur” 𝄞 3171234567890123 siti@example.test")

/** The secret, sealed under a new key. */
export const sealNew = Effect.gen(function* () {
  const vault = yield* Vault
  const keyId = newId()
  yield* vault.createKey(keyId)
  return yield* vault.seal(keyId, here, secret)
})

/** Opened, with the master key that the suite uses unless it says otherwise. */
export const using = (vault: VaultUnderTest, masterKeys: MasterKeys = [masterKey(1)]) =>
  Effect.provide(vault.layer(masterKeys), { local: true })
