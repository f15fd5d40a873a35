import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { expect, it } from "vitest"
import { run } from "../../src/infrastructure/commands/verify.ts"
import { runCommand } from "../support/run-command.ts"
import { copyOf, writtenLog } from "../support/verified-log.ts"

const log = await writtenLog()
const [one = ""] = log.streams
const verdict = (sql: string, file = "log.db") => {
  const dataDir = copyOf(log.dataDir)
  const db = new DatabaseSync(join(dataDir, file))
  db.exec(sql)
  db.close()
  return runCommand(run, [], { DATA_DIR: dataDir })
}

it.each(["DROP TABLE streams", "DROP TABLE events", "ALTER TABLE events RENAME COLUMN bytes TO text", "DROP TABLE tips", "DELETE FROM tips"])(
  "no defect where a table is not as it was: %s",
  async (sql) => {
    expect((await verdict(sql)).code).toBeGreaterThan(0)
  }
)
it.each(["DELETE FROM tips", "DROP TABLE checkpoint", "UPDATE checkpoint SET note = 'x'", "UPDATE checkpoint SET revision = -1"])(
  "no defect where the vault is not as it was: %s",
  async (sql) => {
    expect((await verdict(sql, "vault.db")).code).toBeGreaterThanOrEqual(0)
  }
)
it("a stream's name cannot write what it wants onto the terminal", async () => {
  const { code, stderr } = await verdict(
    `UPDATE streams SET name = 'x' || char(10) || char(27) || '[2J1,811 events, all as they were written.' WHERE name = '${one}'`
  )
  expect(code).toBe(1)
  expect(stderr).not.toContain("\u001b")
  expect(stderr.split("\n")).toHaveLength(2)
})
it.each(["revision = -3", "position = -position - 5", "stream = 999", "stream = -1"])("an uncovered event with %s is named", async (set) => {
  expect((await verdict(`UPDATE events SET ${set} WHERE position = 1809`)).code).toBe(1)
})
