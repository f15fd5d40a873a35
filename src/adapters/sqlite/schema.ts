import { viewsMigrations } from "./views-migrations.ts"

/** A database of the data directory. */
export type Database = {
  readonly file: string
  /** Marks the file as ours, and as this one of ours. */
  readonly applicationId: number
  /** For writing connections. */
  readonly pragmas: string
  /** Step n leads from schema version n to n + 1. A published step is never edited: the next is added. */
  readonly steps: ReadonlyArray<string>
}

// A spike leaves no large WAL behind.
const pragmas = "PRAGMA journal_mode = WAL; PRAGMA journal_size_limit = 67108864;"

/** Events in commit order. Streams are interned: random names in the index of a long table make every append slow. */
export const log: Database = {
  file: "log.db",
  applicationId: 0x63726c67,
  pragmas: `${pragmas} PRAGMA synchronous = FULL; PRAGMA cache_size = -32768;`,
  steps: [
    `CREATE TABLE writer (epoch INTEGER NOT NULL) STRICT;
     INSERT INTO writer VALUES (0);
     CREATE TABLE streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
     CREATE TABLE events (
       position INTEGER PRIMARY KEY,
       stream INTEGER NOT NULL,
       revision INTEGER NOT NULL,
       bytes TEXT NOT NULL,
       hash TEXT NOT NULL,
       UNIQUE (stream, revision)
     ) STRICT`
  ]
}

/** Wrapped keys and secrets, base64. A key that is gone leaves its row, and `secure_delete` overwrites its bytes. */
export const vault: Database = {
  file: "vault.db",
  applicationId: 0x63727674,
  pragmas: `${pragmas} PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;`,
  steps: [
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
     ) STRICT, WITHOUT ROWID`
  ]
}

/** Derived from the log. */
export const views: Database = {
  file: "views-1.db",
  applicationId: 0x63727677,
  pragmas: `${pragmas} PRAGMA synchronous = NORMAL; PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 4000;`,
  steps: viewsMigrations
}
