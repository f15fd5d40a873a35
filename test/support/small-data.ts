import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { Effect, Redacted } from "effect"
import { chain } from "../../src/application/history/chain.ts"
import { logStream, streamOf } from "../../src/application/history/ids.ts"
import { EventStore, noStream } from "../../src/application/ports/event-store.ts"
import { Vault } from "../../src/application/ports/vault.ts"
import type { StoredData } from "../../src/domain/registration/event-codec.ts"
import { signingKey } from "./signing-keys.ts"
import { sqliteLayer, sqliteWithoutLog } from "./sqlite.ts"
import { newId } from "./stored-events.ts"

/** A registration that has a key, and no event but its first. */
export type Small = { readonly id: string; readonly keyId: string }

const origin = { actor: { kind: "client", id: "acme" }, correlationId: newId() } as const
const logId = newId()

const append = Effect.fnUntraced(function* (stream: string, data: StoredData) {
  const store = yield* EventStore
  yield* store.append(stream, noStream, chain(stream, noStream, [data], origin, Date.now()))
})

const createKey = Effect.fnUntraced(function* () {
  const [id, keyId] = [newId(), newId()]
  yield* Vault.use((vault) => vault.createKey(keyId))
  return { id, keyId }
})

const register = Effect.fnUntraced(function* () {
  const { id, keyId } = yield* createKey()
  const at = { stream: streamOf(id), type: "Requested", field: "personal" }
  const personal = yield* Vault.use((vault) => vault.seal(keyId, at, Redacted.make("{}")))
  yield* append(streamOf(id), { type: "Requested", version: 1, data: { personal } })
  return { id, keyId }
})

const begin = Effect.gen(function* () {
  const vault = yield* Vault
  if (yield* vault.log) return
  const data = { logId, vaultId: vault.id, esignEnvironment: "custom", signer: signingKey(1).publicKey }
  yield* append(logStream, { type: "LogOpened", version: 2, data })
  yield* vault.rememberLog({ logId, epoch: 0 })
})

/** Adds registrations to a data directory, which is made if need be. Answers all new ones. */
export const addSmall = (dataDir: string, count: number): Promise<ReadonlyArray<Small>> =>
  Effect.andThen(begin, Effect.all(Array.from({ length: count }, register))).pipe(
    Effect.provide(sqliteLayer(dataDir)),
    Effect.runPromise
  )

/** A data directory whose log lies elsewhere, with some keys. */
export const makeKeys = (dataDir: string, count: number): Promise<ReadonlyArray<Small>> =>
  Vault.use((vault) => vault.rememberLog({ logId, epoch: 0 })).pipe(
    Effect.andThen(Effect.all(Array.from({ length: count }, createKey))),
    Effect.provide(sqliteWithoutLog(dataDir)),
    Effect.runPromise
  )

/** Asks a database of a directory that nobody works on. */
export const rowsOf = (dir: string, file: string, sql: string): ReadonlyArray<Record<string, unknown>> => {
  const db = new DatabaseSync(join(dir, file), { readOnly: true })
  try {
    return db
      .prepare(sql)
      .all()
      .map((row) => ({ ...row }))
  } finally {
    db.close()
  }
}
