import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { isEnd, type Json, type Resource, usersOf } from "../support/api.ts"
import { deleteViews } from "../support/delete-views.ts"
import { eventually } from "../support/eventually.ts"
import { bytesIn } from "../support/file-bytes.ts"
import { checkHistory } from "../support/history.ts"
import { logEvents, putBack } from "../support/put-back.ts"
import { runNode } from "../support/run-node.ts"
import { startService } from "../support/service.ts"
import { rowsOf } from "../support/small-data.ts"

const service = await startService()
afterAll(() => service.close())
const { api, dataDir, tempDir } = service
const [backup, lost, erasures] = [join(tempDir, "backup"), join(tempDir, "lost"), join(tempDir, "erasures")]
const userWith = usersOf("drill")
const eraser = await service.client("eraser", { scopes: "personal-data:erase,audit:read", tenant: "north" })
type Erased = Resource & { readonly personalData: string; readonly erasure: Json }

const certreg = (args: ReadonlyArray<string>, env = service.env) => runNode("src/infrastructure/certreg.ts", args, env)
/** What was answered 201, in order. */
const accepted: Array<{ readonly id: string }> = []
let isOver = false
const register = async () => {
  while (!isOver) {
    const { id } = await api.start(userWith())
    accepted.push({ id })
    await api.uploadBoth(id)
  }
}
const cursor = async () => (await api.send<{ readonly next: string }>("GET", "/v1/feed?limit=1000")).body.next

describe("a backup that is made under load, and put back after everything was lost", async () => {
  const [untouched, sentLater] = [await api.start(userWith()), await api.start(userWith())]
  for (const { id } of [untouched, sentLater]) {
    await api.until(id, "awaiting_images")
    accepted.push({ id })
  }
  const callers = Array.from({ length: 3 }, register)
  await eventually("registrations", () => accepted.length >= 12)
  const before = [...accepted]
  const kept = await cursor()
  const made = await certreg(["backup", backup])
  await eventually("more registrations", () => accepted.length >= before.length + 6)
  isOver = true
  await Promise.all(callers)
  // What the platform knows of it is forgotten here.
  await api.uploadBoth(sentLater.id)
  await api.until(sentLater.id, "issued")
  const [first = untouched] = before.slice(2)
  const [requested] = (await api.history(first.id)).events
  const keyId = (requested?.data["personal"] as { readonly keyId: string } | undefined)?.keyId
  const erased = await eraser.send<Erased>("DELETE", `/v1/registrations/${first.id}/personal-data`)
  const beyond = await eventually("the end of the feed", async () => {
    const { body } = await api.send<{ readonly items: ReadonlyArray<unknown>; readonly next: string }>(
      "GET",
      `/v1/feed?limit=1000&after=${kept}`
    )
    return body.items.length > 0 && body.next
  })
  const listed = await certreg(["erasures"])
  writeFileSync(erasures, listed.stdout)
  await service.kill()
  renameSync(dataDir, lost)

  let epoch = 0

  it("is made beside the service", () => {
    expect(made).toMatchObject({ code: 0, stderr: "" })
    expect(erased).toMatchObject({ status: 200, body: { personalData: "erased" } })
  })

  it("what was erased is listed, a receipt a line", () => {
    expect(listed).toMatchObject({ code: 0, stderr: "" })
    expect(
      listed.stdout
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    ).toEqual([{ keyId, ...erased.body.erasure }])
  })

  it("is put back into an empty directory, and the next start knows it", async () => {
    mkdirSync(dataDir)
    for (const file of ["master.key", "signing.key", "clients.json"]) cpSync(join(lost, file), join(dataDir, file))
    expect(await certreg(["restore", backup, "--erasures", erasures])).toMatchObject({ code: 0, stderr: "" })
    const [key] = rowsOf(backup, "vault.db", `SELECT wrapped FROM keys WHERE id = '${keyId}'`)
    expect(bytesIn(dataDir).includes(String(key?.["wrapped"]))).toBe(false)
    await service.start({ ESIGN_TIMEOUT: "1 second" })
    expect(service.lines()).toContainEqual(expect.objectContaining({ event: "log_restored" }))
    const restored = logEvents(dataDir).at(-1)
    expect(restored).toMatchObject({ type: "LogRestored" })
    epoch = Number(restored?.data["epoch"])
  })

  it("what was erased after the backup is erased, with its receipt", async () => {
    const now = (await api.get(first.id)) as Erased
    expect(now).toMatchObject({ personalData: "erased", erasure: erased.body.erasure })
    const { events } = await api.history(first.id)
    expect(events.map(({ type }) => type)).toContain("PersonalDataErased")
    expect(rowsOf(dataDir, "vault.db", "SELECT key_id FROM tombstones")).toEqual([{ key_id: keyId }])
  })

  it("all that was accepted before the backup is there, and comes to its end", async () => {
    await Promise.all(
      before
        .filter(({ id }) => id !== first.id)
        .map(async ({ id }) => {
          const isLeft = (now: Resource) => "attention" in now
          const moving = await api.until(id, (now) => isEnd(now) || isLeft(now) || now.state !== "requested")
          // What the platform knows of it may come to its end before the images are there.
          if (moving.state === "awaiting_images") await api.uploadBoth(id).catch(() => undefined)
          const end = await api.until(id, (now) => isEnd(now) || isLeft(now))
          // The platform confirmed a submission that the log has forgotten: a person looks, and withdraws.
          if (isLeft(end)) expect((await api.withdraw(id)).status).toBe(200)
          else expect(end.state).toBe("issued")
          checkHistory(await api.history(id), [0, epoch])
        })
    )
  })

  it("cursors of the feed hold up to the backup, and are refused beyond it", async () => {
    expect((await api.send("GET", `/v1/feed?after=${kept}`)).status).toBe(200)
    expect(await api.send("GET", `/v1/feed?after=${beyond}`)).toMatchObject({
      status: 410,
      body: { code: "cursor_expired" }
    })
  })

  it("the history is found good", async () => {
    expect(await certreg(["verify"])).toMatchObject({ code: 0 })
  })

  it("log or vault that is put back alone is found by the start, also without rows", async () => {
    await service.kill()
    for (const [file, sentence] of [
      ["log.db", "There are positions beyond the log's end"],
      ["vault.db", "The vault (vault.db) is older than the log"]
    ] as const) {
      rmSync(dataDir, { recursive: true })
      cpSync(lost, dataDir, { recursive: true })
      deleteViews(dataDir)
      putBack(backup, dataDir, file)
      const { code, stderr } = await runNode("src/infrastructure/main.ts", [], service.env)
      expect([code, stderr]).toEqual([1, expect.stringContaining(sentence)])
    }
  })
})
