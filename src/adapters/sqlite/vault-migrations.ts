/** The schema of the vault: wrapped keys and secrets, base64, and what has to be known apart from the log. */
export const vaultMigrations: ReadonlyArray<string> = [
  `CREATE TABLE vault (id TEXT NOT NULL) STRICT;
   CREATE TABLE secrets (name TEXT PRIMARY KEY, wrapped TEXT NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE keys (
     id TEXT PRIMARY KEY,
     wrapped TEXT,
     destroyed_at TEXT,
     CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
   ) STRICT, WITHOUT ROWID`,
  // Counts the starts where there is no log to do it.
  `CREATE TABLE writer (epoch INTEGER NOT NULL) STRICT;
   INSERT INTO writer VALUES (0)`,
  // The log that it belongs to, and how often that was put back from a backup.
  "CREATE TABLE log (id TEXT NOT NULL, epoch INTEGER NOT NULL) STRICT",
  // Up to where the messages of a log are published to a topic, and what is known of the topic; here, since rows are made anew at times.
  `CREATE TABLE publisher (
     topic TEXT PRIMARY KEY,
     term INTEGER NOT NULL,
     log_id TEXT NOT NULL,
     epoch INTEGER NOT NULL,
     position INTEGER NOT NULL,
     cluster_id TEXT,
     offsets TEXT,
     CHECK ((cluster_id IS NULL) = (offsets IS NULL))
   ) STRICT, WITHOUT ROWID`,
  // Where rows move between pages, SQLite leaves copies of them in the unused parts, also with `secure_delete`: a key was still to be read
  // after it was destroyed. Rows of this table never move: they come at its end, and are overwritten with as many bytes as they have.
  `CREATE TABLE placed_keys (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, wrapped TEXT NOT NULL) STRICT;
   INSERT INTO placed_keys (id, wrapped) SELECT id, wrapped FROM keys WHERE wrapped IS NOT NULL ORDER BY id;
   CREATE TABLE tombstones (key_id TEXT PRIMARY KEY, destroyed_at TEXT NOT NULL, receipt TEXT) STRICT, WITHOUT ROWID;
   INSERT INTO tombstones (key_id, destroyed_at) SELECT id, destroyed_at FROM keys WHERE wrapped IS NULL;
   DROP TABLE keys;
   ALTER TABLE placed_keys RENAME TO keys`,
  // How far keys are destroyed for a log; the last checkpoint of it; that both were put back from a backup, and the log does not know.
  `CREATE TABLE destroyed_up_to (log_id TEXT NOT NULL, epoch INTEGER NOT NULL, position INTEGER NOT NULL) STRICT;
   CREATE TABLE checkpoint (log_id TEXT NOT NULL, revision INTEGER NOT NULL, hash TEXT NOT NULL, note TEXT NOT NULL) STRICT;
   ALTER TABLE log ADD COLUMN put_back INTEGER NOT NULL DEFAULT 0`,
  // How often this file was written, and the end of the log at the last time.
  `CREATE TABLE tips (commits INTEGER NOT NULL, log_end INTEGER) STRICT;
   INSERT INTO tips VALUES (0, NULL)`
]
