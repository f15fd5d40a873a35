import { chmodSync, existsSync, statSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import type { Database } from "./schema.ts"

/** Milliseconds that a connection waits for another one's lock; node:sqlite waits for none by default. */
export const lockTimeout = 2000

/** Bytes of a file of the directory; 0 when it is not there. Looks at its name alone: opening it would drop SQLite's locks. */
export const sizeOf = (dir: string, file: string): number =>
  statSync(join(dir, file), { throwIfNoEntry: false })?.size ?? 0

/** A connection that may write, to a file that only its owner may read. It has no pragmas yet: the file may not be ours. */
export const openFile = (dir: string, file: string, timeout = lockTimeout): DatabaseSync => {
  const path = join(dir, file)
  const db = new DatabaseSync(path, { timeout })
  // SQLite gives -wal and -shm the mode of their database; what is there already may have come from a copy.
  for (const file of [path, `${path}-wal`, `${path}-shm`]) if (existsSync(file)) chmodSync(file, 0o600)
  return db
}

export const openWriter = (dir: string, { file, pragmas }: Database): DatabaseSync => {
  const db = openFile(dir, file)
  db.exec(pragmas)
  return db
}

/** A connection that cannot write. Read in pages with `all()`: an open iterator pins the WAL. */
export const openReader = (dir: string, { file }: Database): DatabaseSync =>
  new DatabaseSync(join(dir, file), { readOnly: true, timeout: lockTimeout })

/** The writer has others to serve than to wait for whoever has a lock: who asked tries again. */
export const impatiently = <A>(db: DatabaseSync, work: () => A): A => {
  try {
    db.exec("PRAGMA busy_timeout = 0")
    return work()
  } finally {
    db.exec(`PRAGMA busy_timeout = ${lockTimeout}`)
  }
}
