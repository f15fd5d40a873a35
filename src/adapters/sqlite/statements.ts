import { viewsWrites } from "./views-statements.ts"

const vaultWrites = {
  nameVault: "INSERT INTO vault (id) VALUES (?)",
  addSecret: "INSERT INTO secrets (name, wrapped) VALUES (?, ?)",
  forgetLog: "DELETE FROM log",
  rememberLog: "INSERT INTO log (id, epoch) VALUES (?, ?)",
  createKey: "INSERT INTO keys (id, wrapped) VALUES (?, ?) ON CONFLICT DO NOTHING",
  // A key that was never here gets its tombstone too: the log knows of an erasure that a restored vault does not.
  destroyKey: `INSERT INTO keys (id, destroyed_at) VALUES (?, strftime('%Y-%m-%dT%H:%M:%fZ'))
    ON CONFLICT (id) DO UPDATE SET wrapped = NULL, destroyed_at = excluded.destroyed_at WHERE destroyed_at IS NULL`,
  savePublished: `INSERT INTO publisher (topic, term, log_id, epoch, position, cluster_id, offsets) VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (topic) DO UPDATE SET log_id = excluded.log_id, epoch = excluded.epoch, position = excluded.position,
      cluster_id = excluded.cluster_id, offsets = excluded.offsets
    WHERE term = excluded.term
      AND (log_id <> excluded.log_id OR (epoch, position) <= (excluded.epoch, excluded.position))`,
  movePublished: `INSERT INTO publisher (topic, term, log_id, epoch, position) VALUES (?, 1, ?, ?, ?)
    ON CONFLICT (topic) DO UPDATE SET term = term + 1, log_id = excluded.log_id, epoch = excluded.epoch,
      position = excluded.position, cluster_id = NULL, offsets = NULL`
} as const

/** The statements that the writer knows by name, by database. */
export const writes = { vault: vaultWrites, views: viewsWrites } as const
export type WriteName = keyof typeof vaultWrites | keyof typeof viewsWrites
/** Those on which the rest of their job depends. */
export const guards: ReadonlySet<WriteName> = new Set(["savePosition", "swap"])
