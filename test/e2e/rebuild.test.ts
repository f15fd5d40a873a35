import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { afterAll, expect, it } from "vitest"
import { openMigrated } from "../../src/adapters/sqlite/migrations.ts"
import * as schema from "../../src/adapters/sqlite/schema.ts"
import { type Api, type Resource, usersOf } from "../support/api.ts"
import { deleteViews } from "../support/delete-views.ts"
import { eventually } from "../support/eventually.ts"
import { runNode } from "../support/run-node.ts"
import { startService } from "../support/service.ts"

const service = await startService()
afterAll(() => service.close())
const { api, env, dataDir } = service
const reader = await service.client("reader", { scopes: "registrations:read,events:read", tenant: "north" })
const userWith = usersOf("rebuild")

const certreg = (...args: ReadonlyArray<string>) => runNode("src/infrastructure/certreg.ts", args, { ...env })
const rebuilt = { code: 0, stderr: "", stdout: expect.stringMatching(/\d+ events in .* a second\.\n$/) }

/** All messages, as they were sent. */
const feedOf = async (client: Api) => {
  const messages: Array<string> = []
  for (let next = ""; ; ) {
    const { status, text, body } = await client.send<{ items: ReadonlyArray<unknown>; next: string }>(
      "GET",
      `/v1/feed?limit=100${next && `&after=${next}`}`
    )
    expect(status).toBe(200)
    if (body.items.length === 0) return messages
    messages.push(...text.slice(0, text.lastIndexOf('],"next":')).split(/(?<=}),(?={"specversion)/))
    next = body.next
  }
}
const listOf = async (client: Api) => {
  const { status, text, body } = await client.send<{ items: ReadonlyArray<Resource> }>("GET", "/v1/registrations")
  expect(`${status} ${status === 200 ? "" : text}`).toBe("200 ")
  return body
}
/** What is told of registrations that have come to their end. */
const told = async () => {
  const { items } = await listOf(reader)
  return { list: items.map((item) => JSON.stringify(item)), feed: await feedOf(reader) }
}

/** Asks for one registration, or for the list, again and again: nothing of it may be older than what was seen before. */
const watch = async (ids: ReadonlyArray<string>, isOver: () => boolean) => {
  const seen = new Map<string, number>()
  const isNoOlder = ({ id, revision }: Resource) => {
    expect(revision, id).toBeGreaterThanOrEqual(seen.get(id) ?? 0)
    seen.set(id, revision)
  }
  let asked = 0
  while (!isOver()) {
    const one = ids[asked % ids.length]
    if (one !== undefined && asked % 2 === 0) expect((await reader.get(one)).id).toBe(one)
    else {
      const { items } = await listOf(reader)
      expect(items.map(({ id }) => id)).toEqual(expect.arrayContaining([...ids]))
      items.map(isNoOlder)
    }
    asked++
  }
  return asked
}

it("of a running service is noticed by nobody who asks or writes meanwhile", async () => {
  const ids = await Promise.all(Array.from({ length: 5 }, () => api.register(userWith())))
  await Promise.all(ids.map((id) => api.until(id, "issued")))
  await eventually("all of them to be listed", async () => (await listOf(reader)).items.length === 5)
  let [isRebuilt, asked] = [false, 0]
  const isOver = () => isRebuilt && asked >= 200
  const counting = () => {
    asked++
    return isOver()
  }
  const watching = Promise.all([1, 2, 3, 4].map(() => watch(ids, counting)))
  const writing = Promise.all(Array.from({ length: 6 }, () => api.register(userWith())))
  expect(await certreg("views", "rebuild")).toMatchObject(rebuilt)
  isRebuilt = true
  await watching
  for (const id of await writing) await api.until(id, "issued")

  const before = await eventually("all that came of it to be told", async () => {
    const now = await told()
    return now.feed.filter((message) => message.includes(".issued.v1")).length === 11 && now
  })
  expect(service.lines().filter(({ event }) => event === "work_failed")).toEqual([])
  expect(await certreg("views", "rebuild")).toMatchObject(rebuilt)
  expect(await told()).toEqual(before)
  expect(service.lines().filter(({ event }) => event === "views_rebuilt")).toHaveLength(2)
})

it("of a service that does not run is done by the command, also by several at once, and found by the start", async () => {
  const before = await told()
  await service.kill("SIGTERM")
  for (const ended of await Promise.all([1, 2].map(() => certreg("views", "rebuild"))))
    expect(ended).toMatchObject(rebuilt)
  await service.start()
  expect(await told()).toEqual(before)
})

/** As the version before this one left them, which knew of no messages. */
const makeOld = () => {
  const views = new DatabaseSync(join(dataDir, schema.views.file))
  const live = views.prepare("SELECT position, epoch, stream, revision, hash FROM generations NATURAL JOIN live").get()
  const rows = views
    .prepare("SELECT id, revision, state, due_at, submission_id FROM registrations NATURAL JOIN live")
    .all()
  views.close()
  deleteViews(dataDir)
  const old = openMigrated(dataDir, { ...schema.views, steps: schema.views.steps.slice(0, 3) })
  old
    .prepare("UPDATE position SET position = ?, epoch = ?, stream = ?, revision = ?, hash = ?")
    .run(...Object.values(live ?? {}))
  const insert = old.prepare(
    "INSERT INTO registrations (id, revision, state, due_at, submission_id) VALUES (?, ?, ?, ?, ?)"
  )
  for (const row of rows) insert.run(...Object.values(row))
  old.close()
  return rows.length
}

it("is done by itself at a start with rows of the version before", async () => {
  const before = await told()
  await service.kill("SIGTERM")
  expect(makeOld()).toBe(11)
  const known = service.lines().length
  await service.start()
  await eventually("the rows to be made anew", () =>
    service
      .lines()
      .slice(known)
      .some(({ event }) => event === "views_rebuilt")
  )
  expect(await told()).toEqual(before)
})

it("is explained, and refused where it is asked for in another way", async () => {
  const wrong = [["views"], ["views", "rebuild", "now"]]
  for (const { code, stdout, stderr } of await Promise.all(wrong.map((args) => certreg(...args)))) {
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" })
    expect(stderr).toContain("certreg views rebuild")
  }
  const { code, stderr } = await runNode("src/infrastructure/certreg.ts", ["views", "rebuild"], {
    ...env,
    DATA_DIR: join(dataDir, "empty")
  })
  expect({ code, stderr }).toEqual({ code: 2, stderr: "DATA_DIR holds no data: there is nothing to do.\n" })
})
