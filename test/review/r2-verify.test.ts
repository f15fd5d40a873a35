import { hash } from "node:crypto"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { describe, expect, it } from "vitest"
import { canonicalJson } from "../../src/application/history/canonical-json.ts"
import { checkpointStream, logStream } from "../../src/application/history/ids.ts"
import { run as history } from "../../src/infrastructure/commands/history.ts"
import { run } from "../../src/infrastructure/commands/verify.ts"
import { runCommand } from "../support/run-command.ts"
import { copyOf, writtenLog } from "../support/verified-log.ts"

const log = await writtenLog()
const [one = ""] = log.streams

type Row = { id: number; revision: number; hash: string; bytes: string; position: number }
const lastOf = (db: DatabaseSync, stream: string) =>
  db
    .prepare(
      `SELECT s.id, e.revision, e.hash, e.bytes, e.position FROM streams s JOIN events e ON e.stream = s.id
       WHERE s.name = ? ORDER BY e.revision DESC LIMIT 1`
    )
    .get(stream) as Row

const changed = (work: (db: DatabaseSync) => void) => {
  const dataDir = copyOf(log.dataDir)
  const db = new DatabaseSync(join(dataDir, "log.db"))
  try {
    work(db)
  } finally {
    db.close()
  }
  return dataDir
}
const verdict = (dataDir: string) => runCommand(run, [], { DATA_DIR: dataDir })

/** An event that follows on the last one of its stream, with this text in place of its first brace. */
const insertAfterLast = (db: DatabaseSync, stream: string, beginning = "{", position: number | null = null) => {
  const { id, revision, hash: previousHash, bytes } = lastOf(db, stream)
  const next = canonicalJson({ ...JSON.parse(bytes), previousHash, revision: revision + 1 })
  const text = beginning + next.slice(1)
  db.prepare("INSERT INTO events (position, stream, revision, bytes, hash) VALUES (?, ?, ?, ?, ?)").run(
    position,
    id,
    revision + 1,
    text,
    hash("sha256", text)
  )
}

describe("certreg verify names", () => {
  it("an event at a position below 1, which every reader of its stream takes", async () => {
    const dataDir = changed((db) => {
      const { id, revision } = lastOf(db, one)
      db.prepare("INSERT INTO events (position, stream, revision, bytes, hash) VALUES (-7, ?, ?, ?, 'none')").run(
        id,
        revision + 1,
        lastOf(db, one).bytes
      )
    })
    expect((await verdict(dataDir)).code).toBe(1)
  })
  it("the last checkpoint, moved to position 0", async () => {
    const dataDir = changed((db) =>
      db.prepare("UPDATE events SET position = 0 WHERE position = ?").run(lastOf(db, checkpointStream).position)
    )
    expect((await verdict(dataDir)).code).toBe(1)
  })
  it("an event of the log's own stream that is no JSON, and does not end with a defect", async () => {
    const dataDir = changed((db) => insertAfterLast(db, logStream, "{{"))
    expect((await verdict(dataDir)).code).toBe(1)
  })
  it("an event of a registration that is no JSON", async () => {
    const dataDir = changed((db) => insertAfterLast(db, one, "no JSON"))
    expect((await verdict(dataDir)).code).toBe(1)
  })
  it("a revision of the stream of checkpoints that is too large for a number", async () => {
    const dataDir = changed((db) =>
      db.exec(`UPDATE events SET revision = 9007199254740993 WHERE position = ${lastOf(db, checkpointStream).position}`)
    )
    expect((await verdict(dataDir)).code).toBe(1)
  })
  it("a revision of the log's own stream that is too large for a number", async () => {
    const dataDir = changed((db) => db.exec("UPDATE events SET revision = 9007199254740993 WHERE position = 1"))
    expect((await verdict(dataDir)).code).toBe(1)
  })
  it("a revision of a registration that is too large for a number", async () => {
    const dataDir = changed((db) => db.exec("UPDATE events SET revision = 9007199254740993 WHERE position = 700"))
    const found = await verdict(dataDir)
    expect(found.code).toBe(1)
    expect(found.stderr).toContain("position 699")
  })
  it("a position that is too large for a number", async () => {
    const dataDir = changed((db) => db.exec("UPDATE events SET position = 9007199254740993 WHERE position = 1811"))
    expect((await verdict(dataDir)).code).toBe(1)
  })
  it("a stream whose name has something behind a NUL, so that nobody finds it", async () => {
    const dataDir = changed((db) =>
      db.prepare("UPDATE streams SET name = name || char(0) || 'x' WHERE name = ?").run(one)
    )
    expect((await runCommand(history, [one.slice("registration-".length)], { DATA_DIR: dataDir })).code).toBe(2)
    expect((await verdict(dataDir)).code).toBe(1)
  })
  it("bytes with something behind a NUL", async () => {
    const dataDir = changed((db) => db.exec("UPDATE events SET bytes = bytes || char(0) || 'x' WHERE position = 700"))
    expect((await verdict(dataDir)).code).toBe(1)
  })
  it("a hash with something behind a NUL", async () => {
    const dataDir = changed((db) => db.exec("UPDATE events SET hash = hash || char(0) || 'x' WHERE position = 700"))
    expect((await verdict(dataDir)).code).toBe(1)
  })
  it("an event without bytes, in a table that was made anew", async () => {
    const dataDir = changed((db) =>
      db.exec(`CREATE TABLE other (position INTEGER PRIMARY KEY, stream, revision, bytes, hash, UNIQUE (stream, revision));
        INSERT INTO other SELECT * FROM events; DROP TABLE events; ALTER TABLE other RENAME TO events;
        UPDATE events SET bytes = NULL WHERE position = 700`)
    )
    expect((await verdict(dataDir)).code).toBe(1)
  })
  it("a hash in upper case", async () => {
    const dataDir = changed((db) => db.exec("UPDATE events SET hash = upper(hash) WHERE position = 700"))
    expect((await verdict(dataDir)).code).toBe(1)
  })
  it("a stream that has lost all of its events, and its name alone is left", async () => {
    const dataDir = changed((db) =>
      db.exec("INSERT INTO streams (name) VALUES ('registration-01939d5e-0000-5000-8000-00000000000a')")
    )
    expect((await verdict(dataDir)).code).toBe(1)
  })
})
