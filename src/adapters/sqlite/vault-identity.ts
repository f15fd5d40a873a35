import { randomBytes, randomUUID } from "node:crypto"
import { Effect } from "effect"
import type { MasterKeys } from "../../application/ports/vault.ts"
import { DataDirRefused } from "./data-dir-refused.ts"
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
const { file } = schema.vault

/** Names a new vault for ever, or recognises a known one. */
export const identifyVault = (
  { vault, writer }: SqliteDatabase["Service"],
  masterKeys: MasterKeys
): Effect.Effect<VaultIdentity, DataDirRefused> => {
  const found = vault.prepare("SELECT vault.id, wrapped FROM vault LEFT JOIN secrets ON name = ?").get(secretName) as
    | { readonly id: string; readonly wrapped: string | null }
    | undefined
  const id = found?.id ?? randomUUID()
  const wrapping = makeKeyWrapping(masterKeys, id)
  if (found !== undefined) {
    if (found.wrapped === null) return Effect.fail(new DataDirRefused({ file, reason: "damaged" }))
    const secret = wrapping.unwrap(secretName, found.wrapped)
    return secret === undefined
      ? Effect.fail(new DataDirRefused({ file, reason: "wrong_master_key" }))
      : Effect.succeed({ id, wrapping, secret })
  }
  const secret = randomBytes(32)
  const steps = [["nameVault", id] as const, ["addSecret", secretName, wrapping.wrap(secretName, secret)] as const]
  return writer.run(["vault", steps]).pipe(
    Effect.as({ id, wrapping, secret }),
    Effect.mapError(({ code }) => new DataDirRefused({ file, reason: "cannot_open", code }))
  )
}
