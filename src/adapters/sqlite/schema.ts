import { vaultMigrations } from "./vault-migrations.ts"
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
     ) STRICT`,
    // How often the vault beside it was written, as far as it knows.
    `CREATE TABLE tips (vault_commits INTEGER NOT NULL) STRICT;
     INSERT INTO tips VALUES (0)`
  ]
}

/** Wrapped keys and secrets; `secure_delete` overwrites the bytes of what is deleted. */
export const vault: Database = {
  file: "vault.db",
  applicationId: 0x63727674,
  pragmas: `${pragmas} PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;`,
  steps: vaultMigrations
}

/** Derived from the log. */
export const views: Database = {
  file: "views-1.db",
  applicationId: 0x63727677,
  pragmas: `${pragmas} PRAGMA synchronous = NORMAL; PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 4000;`,
  steps: viewsMigrations
}
