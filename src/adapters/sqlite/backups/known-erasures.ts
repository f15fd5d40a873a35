import type { DatabaseSync } from "node:sqlite"
import { openReader, sizeOf } from "../connection.ts"
import * as schema from "../schema.ts"
import { codeOf } from "../sqlite-code.ts"
import { makeKeyIdOf } from "./key-id-of.ts"
import { vaultIdOf } from "./vault-summary.ts"

/** What a directory knows of erasures. */
export type KnownErasures = {
  /** The keys that were destroyed, each with a receipt. */
  readonly destroyed: ReadonlyArray<string>
  /** The keys of registrations that are erased in the log, and that nobody has destroyed yet. */
  readonly undestroyed: ReadonlyArray<string>
}
const none: KnownErasures = { destroyed: [], undestroyed: [] }

/** Of a directory whose files may be of any version; none where they are damaged, or belong to another vault. Throws where they cannot be read now. */
export const knownErasures = (dir: string, vaultId: string): KnownErasures =>
  whereReadable(dir, schema.vault, none, (vault) => {
    if (vaultIdOf(vault) !== vaultId) return none
    const destroyed = new Set(destroyedKeysIn(vault))
    const erased = whereReadable(dir, schema.log, [], erasedKeysIn)
    return { destroyed: [...destroyed], undestroyed: erased.filter((keyId) => !destroyed.has(keyId)) }
  })

/** The keys that a vault says were destroyed, with a receipt. */
export const destroyedKeysIn = (vault: DatabaseSync): ReadonlyArray<string> =>
  vault
    .prepare("SELECT key_id FROM tombstones WHERE receipt IS NOT NULL")
    .all()
    .map((row) => String(row["key_id"]))

/** The keys of registrations that are erased in a log. */
export const erasedKeysIn = (log: DatabaseSync): ReadonlyArray<string> =>
  log
    .prepare(
      `SELECT DISTINCT name FROM events JOIN streams ON streams.id = stream
       WHERE instr(bytes, '"PersonalDataErased"') > 0 AND bytes ->> '$.type' = 'PersonalDataErased'`
    )
    .all()
    .map(({ name }) => String(name))
    .map(makeKeyIdOf(log))
    .filter((keyId) => keyId !== undefined)

/** Of SQLite: no database, a damaged one, or one in which such things are not kept. */
const unreadable = new Set(["SQLITE_NOTADB", "SQLITE_CORRUPT", "SQLITE_ERROR"])

const whereReadable = <A>(dir: string, database: schema.Database, other: A, look: (db: DatabaseSync) => A): A => {
  if (sizeOf(dir, database.file) === 0) return other
  const db = openReader(dir, database)
  try {
    return look(db)
  } catch (error) {
    if (unreadable.has(codeOf(error))) return other
    throw error
  } finally {
    db.close()
  }
}
