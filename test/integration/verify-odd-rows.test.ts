import { hash } from "node:crypto"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { describe, expect, it } from "vitest"
import { canonicalJson } from "../../src/application/history/canonical-json.ts"
import { checkpointStream, logStream } from "../../src/application/history/ids.ts"
import { run } from "../../src/infrastructure/commands/verify.ts"
import { runCommand } from "../support/run-command.ts"
import { copyOf, verify, writtenLog } from "../support/verified-log.ts"

const log = await writtenLog()
const [one = ""] = log.streams
type Work = (db: DatabaseSync) => unknown

/** A copy in one of whose databases somebody did something by hand. */
const changed = (work: Work, file = "log.db"): string => {
  const dataDir = copyOf(log.dataDir)
  const db = new DatabaseSync(join(dataDir, file))
  try {
    work(db)
  } finally {
    db.close()
  }
  return dataDir
}

type Row = { readonly id: number; readonly revision: number; readonly hash: string; readonly bytes: string }
/** Appends an event that follows on the last one of a stream, with a hash that fits whatever its bytes were made. */
const append =
  (stream: string, change: (bytes: string) => string, position: number | null = null): Work =>
  (db) => {
    const last = db.prepare(
      "SELECT s.id, e.revision, e.hash, e.bytes FROM streams s JOIN events e ON e.stream = s.id WHERE s.name = ? ORDER BY e.revision DESC LIMIT 1"
    )
    const { id, revision, hash: previousHash, bytes } = last.get(stream) as Row
    const next = change(canonicalJson({ ...JSON.parse(bytes), data: {}, previousHash, revision: revision + 1 }))
    const insert = db.prepare("INSERT INTO events (position, stream, revision, bytes, hash) VALUES (?, ?, ?, ?, ?)")
    insert.run(position, id, revision + 1, next, hash("sha256", next))
  }
const noJson = (bytes: string) => `{${bytes}`
const withData = (data: string) => (bytes: string) => bytes.replace('"data":{}', `"data":${data}`)
const set =
  (what: string, at: number): Work =>
  (db) =>
    db.exec(`UPDATE events SET ${what} WHERE position = ${at}`)
const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`

describe("verify names what no store writes:", () => {
  it.each<readonly [what: string, work: Work, says: string]>([
    ["an event below the first position", append(one, String, -7), `the stream ${one} is not the one that was written`],
    ["one at position 0", append(one, String, 0), "It lies at position 0."],
    ["one that is not covered, moved below the first position", set("position = -position", 1809), "-1809"],
    ["one of a registration that is no JSON", append(one, noJson), "its content does not match its hash"],
    ["one of the log's own that is no JSON", append(logStream, noJson), "its content does not match its hash"],
    ["one of the checkpoints that is no JSON", append(checkpointStream, noJson), "its content does not match its hash"],
    [
      "a second beginning of the log",
      append(logStream, String),
      `revision 1 of the stream ${logStream} cannot be read`
    ],
    ...["null", "5", '"x"', "[]", "true", `{"x":${deep}}`].flatMap((data) =>
      [logStream, checkpointStream].map(
        (stream) =>
          [
            `data of ${stream} that are ${data.slice(0, 6)}`,
            append(stream, withData(data)),
            "cannot be read by this"
          ] as const
      )
    ),
    ["a revision that is too large for a number", set("revision = 9007199254740993", 700), "after position 699"],
    ["such a one of a checkpoint", set("revision = 9007199254740993", 452), "after position 451"],
    ["such a one of the log's first event", set("revision = 9007199254740993", 1), "after position 0"],
    ["a revision below 0", set("revision = -3", 1809), "The event at revision -3 of the stream registration-"],
    ["bytes with something behind a NUL", set("bytes = bytes || char(0) || 'x'", 700), "It lies at position 700."]
  ])("%s", async (_, work, says) => {
    expect((await verify(changed(work))).first).toContain(says)
  })

  it("a stream whose name would be read on a terminal as something else", async () => {
    const { first = "" } = await verify(
      changed((db) => db.exec(`UPDATE streams SET name = 'x' || char(10) || char(27) || '[2J' WHERE name = '${one}'`))
    )
    expect(first).toContain(String.raw`the stream "x\n\u001b[2J"`)
  })
})

describe("verify looks at nothing that is not as it was made:", () => {
  it.each([
    ["log.db", "PRAGMA foreign_keys = OFF; DROP TABLE streams"],
    ["log.db", "PRAGMA foreign_keys = OFF; DROP TABLE events"],
    ["log.db", "ALTER TABLE events RENAME COLUMN bytes TO text"],
    [
      "log.db",
      `CREATE TABLE other (position INTEGER PRIMARY KEY, stream, revision, bytes, hash, UNIQUE (stream, revision));
       INSERT INTO other SELECT position, stream, revision, NULL, hash FROM events; DROP TABLE events; ALTER TABLE other RENAME TO events`
    ],
    ["vault.db", "DROP TABLE checkpoint"]
  ])("%s: %s", async (file, sql) => {
    const { code, stderr } = await runCommand(run, [], { DATA_DIR: changed((db) => db.exec(sql), file) })
    expect([code, stderr.slice(0, 40)]).toEqual([2, `${file}: it is damaged, or no SQLite database`.slice(0, 40)])
  })
})
