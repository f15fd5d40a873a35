import { Effect, Layer, Redacted } from "effect"
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
import { randomBytes } from "./random-bytes.ts"
import { fingerprint, hmac, keyFingerprint, open, seal } from "./sealing.ts"
import { codeOf } from "./sqlite-code.ts"
import { SqliteDatabase } from "./sqlite-database.ts"
import { look, write } from "./vault-access.ts"
import { identifyVault, type VaultIdentity } from "./vault-identity.ts"

/** Refuses to be built when the vault opens with none of the master keys. */
export const sqliteVaultLayer = (masterKeys: MasterKeys): Layer.Layer<Vault, DataDirRefused, SqliteDatabase> =>
  Layer.effect(
    Vault,
    Effect.flatMap(SqliteDatabase, (db) =>
      Effect.map(identifyVault(db, masterKeys), (identity) => makeVault(db, identity))
    )
  )

const makeVault = (
  { vault, writer, freshKeys: fresh }: SqliteDatabase["Service"],
  { id, wrapping, secret }: VaultIdentity
): Vault["Service"] => {
  const row = vault.prepare(
    `SELECT (SELECT wrapped FROM keys WHERE id = ?1) AS wrapped,
       EXISTS (SELECT 1 FROM tombstones WHERE key_id = ?1) AS isDestroyed`
  )
  const log = vault.prepare("SELECT id AS logId, epoch, put_back AS isPutBack FROM log")

  const stored = (
    operation: string,
    keyId: string
  ): Effect.Effect<Buffer, DataErased | KeyMissing | VaultUnavailable> => {
    try {
      const found = row.get(keyId) as { readonly wrapped: string | null; readonly isDestroyed: 0 | 1 }
      if (found.isDestroyed) return Effect.fail(new DataErased({ keyId }))
      // A row that came from elsewhere does not unwrap: it is not the key that this id once named.
      const unwrapped = found.wrapped === null ? undefined : wrapping.unwrap(keyId, found.wrapped)
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

  return {
    id,
    log: look("log", () => rememberedOf(log.get() as StoredLog | undefined)),
    rememberLog: ({ logId, epoch, isPutBack = false }) =>
      Effect.asVoid(write(writer, "rememberLog", [["forgetLog"], ["rememberLog", logId, epoch, Number(isPutBack)]])),
    createKey: (keyId) =>
      Effect.suspend(() => {
        const key = randomBytes(32)
        return write(writer, "createKey", [["createKey", keyId, wrapping.wrap(keyId, key)]]).pipe(
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
    keyFingerprint: (keyId) => withKey("keyFingerprint", keyId, (key) => Effect.succeed(keyFingerprint(key)))
  }
}

type StoredLog = { readonly logId: string; readonly epoch: number; readonly isPutBack: 0 | 1 }

const rememberedOf = (found: StoredLog | undefined): RememberedLog | undefined =>
  found && { logId: found.logId, epoch: found.epoch, ...(found.isPutBack ? { isPutBack: true } : {}) }
