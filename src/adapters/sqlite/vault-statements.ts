/** What the writer writes to the vault. Rows of `keys` never change their size: `vault-migrations.ts` says why. */
export const vaultWrites = {
  nameVault: "INSERT INTO vault (id) VALUES (?)",
  addSecret: "INSERT INTO secrets (name, wrapped) VALUES (?, ?)",
  forgetFirstKeys: "DELETE FROM secrets WHERE name GLOB 'first-key-*'",
  rewrapSecret: "UPDATE secrets SET wrapped = ? WHERE name = ? AND wrapped = ?",
  forgetLog: "DELETE FROM log",
  rememberLog: "INSERT INTO log (id, epoch, put_back) VALUES (?, ?, ?)",
  createKey: `INSERT INTO keys (id, wrapped)
    SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM tombstones WHERE key_id = ?1) ON CONFLICT DO NOTHING`,
  rewrapKey: "UPDATE keys SET wrapped = ? WHERE id = ? AND wrapped = ?",
  overwriteKey: "UPDATE keys SET wrapped = format('%.*c', octet_length(wrapped), '0') WHERE id = ?",
  // A key that was never here gets its tombstone too: the log knows of an erasure that a restored vault does not.
  addTombstone: `INSERT INTO tombstones (key_id, destroyed_at, receipt) VALUES (?, strftime('%Y-%m-%dT%H:%M:%fZ'), ?)
    ON CONFLICT (key_id) DO UPDATE SET receipt = excluded.receipt WHERE receipt IS NULL`,
  forgetDestroyedUpTo: "DELETE FROM destroyed_up_to",
  saveDestroyedUpTo: "INSERT INTO destroyed_up_to (log_id, epoch, position) VALUES (?, ?, ?)",
  forgetCheckpoint: "DELETE FROM checkpoint",
  keepCheckpoint: "INSERT INTO checkpoint (log_id, revision, hash, note) VALUES (?, ?, ?, ?)",
  savePublished: `INSERT INTO publisher (topic, term, log_id, epoch, position, cluster_id, offsets) VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (topic) DO UPDATE SET log_id = excluded.log_id, epoch = excluded.epoch, position = excluded.position,
      cluster_id = excluded.cluster_id, offsets = excluded.offsets
    WHERE term = excluded.term
      AND (log_id <> excluded.log_id OR (epoch, position) <= (excluded.epoch, excluded.position))`,
  movePublished: `INSERT INTO publisher (topic, term, log_id, epoch, position) VALUES (?, 1, ?, ?, ?)
    ON CONFLICT (topic) DO UPDATE SET term = term + 1, log_id = excluded.log_id, epoch = excluded.epoch,
      position = excluded.position, cluster_id = NULL, offsets = NULL`
} as const
