import { readFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { Redacted } from "effect"
import { makeKeyWrapping } from "../../src/adapters/sqlite/key-wrapping.ts"
import { open } from "../../src/adapters/sqlite/sealing.ts"
import type { HistoryEvent } from "./api.ts"

/** A data key as it lies in a vault, and what its master key makes of it. */
export type VaultKey = { readonly id: string; readonly wrapped: string; readonly key: Buffer | undefined }

/** All that a vault holds, for somebody who has files and master key; also while a service, which is another process, has it. */
export const vaultKeys = (dataDir: string): ReadonlyArray<VaultKey> => {
  const masterKey = Buffer.from(readFileSync(join(dataDir, "master.key"), "utf8"), "base64")
  const db = new DatabaseSync(join(dataDir, "vault.db"), { readOnly: true })
  try {
    const { unwrap } = makeKeyWrapping(
      [Redacted.make(masterKey)],
      String(db.prepare("SELECT id FROM vault").get()?.["id"])
    )
    return db
      .prepare("SELECT id, wrapped FROM keys")
      .all()
      .map((row) => ({ id: String(row["id"]), wrapped: String(row["wrapped"]) }))
      .map(({ id, wrapped }) => ({ id, wrapped, key: unwrap(id, wrapped) }))
  } finally {
    db.close()
  }
}

interface Sealed {
  readonly keyId: string
  readonly nonce: string
  readonly box: string
}
const isSealed = (value: unknown): value is Sealed => typeof value === "object" && value !== null && "box" in value

/** The sealed fields of a history, such as `Requested.personal`. */
export const sealedIn = (events: ReadonlyArray<HistoryEvent>) =>
  events.flatMap(({ stream, type, data }) =>
    Object.entries(data).flatMap(([field, sealed]) => (isSealed(sealed) ? [{ stream, type, field, sealed }] : []))
  )

/** Those of the sealed fields that one of these keys opens, whatever it is called. */
export const openedBy = (keys: ReadonlyArray<VaultKey>, events: ReadonlyArray<HistoryEvent>): ReadonlyArray<string> =>
  sealedIn(events)
    .filter(({ sealed, ...at }) => keys.some(({ key }) => key?.length === 32 && open(key, at, sealed) !== undefined))
    .map(({ type, field }) => `${type}.${field}`)
