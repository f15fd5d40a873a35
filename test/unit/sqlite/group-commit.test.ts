import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { describe, expect, it, onTestFinished } from "vitest"
import { openWriter } from "../../../src/adapters/sqlite/connection.ts"
import { openGroupCommit } from "../../../src/adapters/sqlite/group-commit.ts"
import type { Job } from "../../../src/adapters/sqlite/jobs.ts"
import { prepareDatabases } from "../../../src/adapters/sqlite/prepare.ts"
import * as schema from "../../../src/adapters/sqlite/schema.ts"
import { newEvent } from "../../support/stored-events.ts"
import { temporaryFolder } from "../../support/temporary-folder.ts"

const opened = () => {
  const dir = temporaryFolder()
  const { epoch } = prepareDatabases(dir, "here")
  const group = openGroupCommit({ dir, log: "here", epoch })
  onTestFinished(group.close)
  const count = (table: string, file: string) => {
    const db = new DatabaseSync(join(dir, file))
    const { n } = db.prepare(`SELECT count(*) AS n FROM ${table}`).get() as { n: number }
    db.close()
    return n
  }
  return { dir, group, count }
}
const { bytes, hash } = newEvent("s", 0)
const request: ReadonlyArray<Job> = [
  ["append", "s", -1, "", [bytes, hash]],
  ["vault", [["createKey", "k", "wrapped"]]]
]

describe("a group", () => {
  it("commits keys before the events that need them: where there can be no key there is no event", () => {
    const { dir, group, count } = opened()
    const vault = new DatabaseSync(join(dir, "vault.db"))
    vault.exec("DROP TABLE keys")
    vault.close()
    expect(() => group.commit(request)).toThrow(expect.objectContaining({ _tag: "WriterFailed" }))
    expect(count("events", "log.db")).toBe(0)
  })

  it("leaves a key that nobody needs where there can be no event", () => {
    const { dir, group, count } = opened()
    const log = new DatabaseSync(join(dir, "log.db"))
    log.exec("DROP TABLE events")
    log.close()
    expect(() => group.commit(request)).toThrow(expect.objectContaining({ _tag: "WriterFailed" }))
    expect(count("keys", "vault.db")).toBe(1)
  })
})

it.each([schema.log, schema.vault])("what is committed to $file is on disk, and readers do not wait", (database) => {
  const dir = temporaryFolder()
  prepareDatabases(dir, "here")
  const db = openWriter(dir, database)
  onTestFinished(() => db.close())
  const pragma = (name: string) => Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0]
  // 2 is FULL: each commit is fsynced before it returns.
  expect([pragma("synchronous"), pragma("journal_mode")]).toEqual([2, "wal"])
})
