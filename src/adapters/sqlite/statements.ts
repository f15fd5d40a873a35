const vaultWrites = {
  nameVault: "INSERT INTO vault (id) VALUES (?)",
  addSecret: "INSERT INTO secrets (name, wrapped) VALUES (?, ?)",
  forgetLog: "DELETE FROM log",
  rememberLog: "INSERT INTO log (id, epoch) VALUES (?, ?)",
  createKey: "INSERT INTO keys (id, wrapped) VALUES (?, ?) ON CONFLICT DO NOTHING",
  // A key that was never here gets its tombstone too: the log knows of an erasure that a restored vault does not.
  destroyKey: `INSERT INTO keys (id, destroyed_at) VALUES (?, strftime('%Y-%m-%dT%H:%M:%fZ'))
    ON CONFLICT (id) DO UPDATE SET wrapped = NULL, destroyed_at = excluded.destroyed_at WHERE destroyed_at IS NULL`
} as const

const viewsWrites = {
  saveRow: `INSERT INTO registrations (id, revision, state, due_at, planned_at, submission_id, reconciled_in)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, state = excluded.state, due_at = excluded.due_at,
      planned_at = excluded.planned_at, tries = 0, submission_id = excluded.submission_id,
      reconciled_in = max(reconciled_in, excluded.reconciled_in)`,
  savePosition: `UPDATE position SET position = ?1, epoch = ?2, stream = ifnull(?3, stream), revision = ifnull(?4, revision),
    hash = ifnull(?5, hash)`,
  resetPosition: "UPDATE position SET position = 0, epoch = 0, stream = NULL, revision = NULL, hash = NULL",
  deleteRows: "DELETE FROM registrations",
  reconciled: "UPDATE registrations SET reconciled_in = max(reconciled_in, ?2) WHERE id = ?1",
  postpone: "UPDATE registrations SET due_at = ?3, tries = ?4, planned_at = ?5 WHERE id = ?1 AND revision = ?2",
  bringForward: `UPDATE registrations SET due_at = due_at - (planned_at - ?1), planned_at = ?1
    WHERE due_at > ?1 AND planned_at > ?1`
} as const

/** The statements that the writer knows by name, by database. */
export const writes = { vault: vaultWrites, views: viewsWrites } as const
export type WriteName = keyof typeof vaultWrites | keyof typeof viewsWrites
