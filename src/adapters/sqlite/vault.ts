import { Effect, Layer, Redacted, Schedule } from "effect"
import { BoundedMap } from "../../application/bounded-map.ts"
import {
  DataErased,
  DoesNotOpen,
  KeyMissing,
  type MasterKeys,
  type RememberedLog,
  Vault,
  VaultUnavailable
} from "../../application/ports/vault.ts"
import type { DataDirRefused } from "./data-dir-refused.ts"
import type { Job } from "./jobs.ts"
import { randomBytes } from "./random-bytes.ts"
import { fingerprint, hmac, open, seal } from "./sealing.ts"
import { codeOf } from "./sqlite-code.ts"
import { SqliteDatabase } from "./sqlite-database.ts"
import { identifyVault, type VaultIdentity } from "./vault-identity.ts"

/** For 10 seconds a reader of the vault's file may keep the bytes of a destroyed key from being overwritten. */
const untilReadersLeave = { schedule: Schedule.spaced("100 millis"), times: 100 }
const readerInTheWay = "reader_in_the_way"

/** Refuses to be built when the vault opens with none of the master keys. */
export const sqliteVaultLayer = (masterKeys: MasterKeys): Layer.Layer<Vault, DataDirRefused, SqliteDatabase> =>
  Layer.effect(
    Vault,
    Effect.flatMap(SqliteDatabase, (db) =>
      Effect.map(identifyVault(db, masterKeys), (identity) => makeVault(db, identity))
    )
  )

const makeVault = (
  { vault, writer }: SqliteDatabase["Service"],
  { id, wrapping, secret }: VaultIdentity
): Vault["Service"] => {
  const row = vault.prepare("SELECT wrapped FROM keys WHERE id = ?")
  const log = vault.prepare("SELECT id AS logId, epoch FROM log")
  /** Keys that were just made, so that what is sealed next needs no reading. */
  const fresh = new BoundedMap<string, Buffer>(1000)

  const stored = (
    operation: string,
    keyId: string
  ): Effect.Effect<Buffer, DataErased | KeyMissing | VaultUnavailable> => {
    try {
      const found = row.get(keyId) as { readonly wrapped: string | null } | undefined
      if (found?.wrapped === null) return Effect.fail(new DataErased({ keyId }))
      // A row that came from elsewhere does not unwrap: it is not the key that this id once named.
      const unwrapped = found && wrapping.unwrap(keyId, found.wrapped)
      return unwrapped === undefined ? Effect.fail(new KeyMissing({ keyId })) : Effect.succeed(unwrapped)
    } catch (error) {
      return Effect.fail(new VaultUnavailable({ operation, code: codeOf(error) }))
    }
  }
  const withKey = <A, E>(operation: string, keyId: string, use: (key: Buffer) => Effect.Effect<A, E>) =>
    Effect.suspend((): Effect.Effect<A, E | DataErased | KeyMissing | VaultUnavailable> => {
      const key = fresh.get(keyId)
      return key ? use(key) : Effect.flatMap(stored(operation, keyId), use)
    })
  const write = (operation: string, job: Job) =>
    writer.run(job).pipe(Effect.mapError(({ code }) => new VaultUnavailable({ operation, code })))

  const scrub = write("destroy", ["scrub"]).pipe(
    Effect.filterOrFail(
      (done) => done === 1,
      () => new VaultUnavailable({ operation: "destroy", code: readerInTheWay })
    ),
    Effect.retry({ ...untilReadersLeave, while: ({ code }) => code === readerInTheWay })
  )

  return {
    id,
    log: Effect.try({
      try: () => {
        const found = log.get() as RememberedLog | undefined
        return found && { ...found }
      },
      catch: (error) => new VaultUnavailable({ operation: "log", code: codeOf(error) })
    }),
    rememberLog: ({ logId, epoch }) =>
      Effect.asVoid(write("rememberLog", ["vault", [["forgetLog"], ["rememberLog", logId, epoch]]])),
    createKey: (keyId) =>
      Effect.suspend(() => {
        const key = randomBytes(32)
        return write("createKey", ["vault", [["createKey", keyId, wrapping.wrap(keyId, key)]]]).pipe(
          // Another key may have the id already, and stays.
          Effect.map((created) => (created === 1 ? void fresh.set(keyId, key) : undefined))
        )
      }),
    seal: (keyId, at, plain) =>
      withKey("seal", keyId, (key) => Effect.succeed({ keyId, ...seal(key, at, Redacted.value(plain)) })),
    open: (sealed, at) =>
      withKey("open", sealed.keyId, (key) => {
        const plain = open(key, at, sealed)
        return plain === undefined
          ? Effect.fail(new DoesNotOpen({ keyId: sealed.keyId }))
          : Effect.succeed(Redacted.make(plain))
      }),
    fingerprint: (keyId, text) =>
      withKey("fingerprint", keyId, (key) => Effect.succeed(fingerprint(key, Redacted.value(text)))),
    probe: Effect.mapError(writer.probe("vault"), ({ code }) => new VaultUnavailable({ operation: "createKey", code })),
    keyedHash: (text) => Effect.sync(() => hmac(secret, Redacted.value(text)).toString("hex")),
    destroy: (keyId) =>
      write("destroy", ["vault", [["destroyKey", keyId]]]).pipe(
        Effect.ensuring(Effect.sync(() => fresh.delete(keyId))),
        Effect.andThen(scrub),
        Effect.asVoid
      )
  }
}
