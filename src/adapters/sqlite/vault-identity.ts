import { randomBytes, randomUUID } from "node:crypto"
import { Effect } from "effect"
import type { MasterKeys } from "../../application/ports/vault.ts"
import { DataDirRefused } from "./data-dir-refused.ts"
import type { Step } from "./jobs.ts"
import { type KeyWrapping, makeKeyWrapping } from "./key-wrapping.ts"
import * as schema from "./schema.ts"
import type { SqliteDatabase } from "./sqlite-database.ts"

export type VaultIdentity = {
  readonly id: string
  readonly wrapping: KeyWrapping
  /** The key of keyed hashes. That it unwraps also says that the master key is the right one. */
  readonly secret: Buffer
}

const secretName = "keyed-hash"
/**
 * Another first master key than that of the secret leaves one of its own before it wraps anything: until all keys are wrapped anew, no start
 * is let in without one of the master keys that some of them need.
 */
const firstKeyPrefix = "first-key-"
const { file } = schema.vault

/** Names a new vault for ever, or recognises a known one. */
export const identifyVault = (
  { vault, writer }: SqliteDatabase["Service"],
  masterKeys: MasterKeys
): Effect.Effect<VaultIdentity, DataDirRefused> => {
  const named = vault.prepare("SELECT id FROM vault").get() as { readonly id: string } | undefined
  const id = named?.id ?? randomUUID()
  const wrapping = makeKeyWrapping(masterKeys, id)
  const write = (identity: VaultIdentity, steps: ReadonlyArray<Step>) =>
    writer.run(["vault", steps]).pipe(
      Effect.as(identity),
      Effect.mapError(({ code }) => new DataDirRefused({ file, reason: "cannot_open", code }))
    )
  const addSecret = (name: string, secret: Buffer): Step => ["addSecret", name, wrapping.wrap(name, secret)]
  if (named === undefined) {
    const secret = randomBytes(32)
    return write({ id, wrapping, secret }, [["nameVault", id], addSecret(secretName, secret)])
  }

  const wrapped = new Map(
    vault
      .prepare("SELECT name, wrapped FROM secrets")
      .all()
      .map(({ name, wrapped }) => [String(name), String(wrapped)])
  )
  const secrets = new Map(Array.from(wrapped, ([name, text]) => [name, wrapping.unwrap(name, text)]))
  if (!secrets.has(secretName)) return Effect.fail(new DataDirRefused({ file, reason: "damaged" }))
  const secret = secrets.get(secretName)
  if (secret === undefined || Array.from(secrets.values()).includes(undefined))
    return Effect.fail(new DataDirRefused({ file, reason: "wrong_master_key" }))
  const identity = { id, wrapping, secret }
  const ofFirstKey = `${firstKeyPrefix}${wrapping.nameOfFirst}`
  const isKnown = secrets.has(ofFirstKey) || wrapping.wrap(secretName, secret) === wrapped.get(secretName)
  return isKnown ? Effect.succeed(identity) : write(identity, [addSecret(ofFirstKey, randomBytes(32))])
}
