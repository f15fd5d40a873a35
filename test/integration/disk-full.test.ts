import { execFileSync } from "node:child_process"
import { appendFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, describe, expect, it } from "vitest"
import { apiOf, type Json, type Resource, usersOf } from "../support/api.ts"
import { atTheLatest } from "../support/at-the-latest.ts"
import { eventually } from "../support/eventually.ts"
import { checkHistory } from "../support/history.ts"
import { jpeg } from "../support/images.ts"
import { checkLedger } from "../support/platform-view.ts"
import { registrationRequest } from "../support/registration-request.ts"
import { startService } from "../support/service.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const system = (command: string, ...args: ReadonlyArray<string>) => void execFileSync(command, args, { stdio: "pipe" })

/** A disk of 16 MB; undefined where this process may not mount one. */
const mountDisk = (): string | undefined => {
  const disk = temporaryFolder()
  try {
    system("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", disk)
  } catch {
    return undefined
  }
  const unmount = () => system("umount", "--lazy", disk)
  const isUnmounted = atTheLatest(unmount)
  afterAll(() => {
    unmount()
    isUnmounted()
  })
  return disk
}

const disk = mountDisk()
if (disk === undefined) console.log("A full disk was not tried: this process may not mount a small file system.")

describe.skipIf(disk === undefined)("while the disk is full", async () => {
  if (disk === undefined) return
  const service = await startService({ env: { VERDICT_POLL_AFTER: "500 millis", VERDICT_POLL_MAX: "1 second" } })
  await service.kill("SIGTERM")
  afterAll(() => service.close())
  await service.start({ DATA_DIR: disk, API_CLIENTS_FILE: join(service.dataDir, "clients.json") })
  const { api } = service
  const userWith = usersOf("full")

  const filler = join(disk, "somebody-elses")
  const fill = (size = 1024) => {
    expect(() => {
      while (true) appendFileSync(filler, Buffer.alloc(size))
    }).toThrow(/ENOSPC/)
  }
  const makeRoom = () => rmSync(filler)

  const ready = async () => {
    const { status, body } = await apiOf(service.url, "").send<{ status: string; dependencies: Json }>(
      "GET",
      "/health/ready"
    )
    return { status, word: body.status, ...body.dependencies }
  }
  const up = { status: 200, word: "ready", eventStore: "up", keys: "up" }
  const errors = () => service.lines().filter(({ level }) => level === "error")
  const unavailable = { status: 503, body: { code: "unavailable" } }

  it("commands are answered 503, ready says so, and reading goes on", async () => {
    const { id } = await api.start(userWith())
    const open = await api.until(id, "awaiting_images")
    expect(await ready()).toMatchObject(up)
    fill()
    const answers = await Promise.all([
      api.post(registrationRequest({ partnerUserId: userWith() })),
      api.withdraw(id),
      api.put(id, "ktp", jpeg())
    ])
    for (const answer of answers) {
      expect(answer).toMatchObject(unavailable)
      expect(answer.headers.get("retry-after")).toMatch(/^\d+$/)
    }
    expect(await ready()).toMatchObject({ status: 503, word: "not_ready", eventStore: "down", keys: "down" })
    expect(await api.get(id)).toEqual(open)
    expect((await ready()).status).toBe(503)
    expect(errors()).toContainEqual(
      expect.objectContaining({ event: "dependency_down", operation: "eventStore", code: "SQLITE_FULL" })
    )

    makeRoom()
    // Nobody but ready asks for anything: it is ready by itself.
    expect(await ready()).toMatchObject(up)
    expect(await api.get(id)).toEqual(open)
    expect((await api.withdraw(id)).status).toBe(200)
    checkHistory(await api.history(id))
  })

  it("a lone request, whose key alone was refused, is enough to be told of", async () => {
    fill()
    expect(await api.post(registrationRequest({ partnerUserId: userWith() }))).toMatchObject(unavailable)
    expect(await ready()).toMatchObject({ status: 503, eventStore: "down", keys: "down" })
    makeRoom()
    expect(await ready()).toMatchObject(up)
  })

  it("nothing that was accepted is lost, also what the driver has under way, and all of it comes to its end", async () => {
    const accepted: Array<Resource> = []
    let isOver = false
    /** Begins registrations, sends their images, and repeats what was answered 503. */
    const caller = async () => {
      while (!isOver) {
        const answer = await api.post(registrationRequest({ partnerUserId: userWith() }))
        if (answer.status !== 201) {
          expect(answer).toMatchObject(unavailable)
          await sleep(20)
          continue
        }
        const registration = answer.body as Resource
        accepted.push(registration)
        await api.uploadBoth(registration.id)
      }
    }
    const callers = Promise.allSettled(Array.from({ length: 6 }, caller))
    for (const round of [1, 2]) {
      const before = accepted.length
      await eventually("registrations under way", () => accepted.length >= before + 10)
      fill(64 * 1024)
      fill()
      await eventually(`refusals, round ${round}`, async () => (await ready()).status === 503)
      makeRoom()
      await eventually("to be ready", async () => (await ready()).status === 200)
    }
    isOver = true
    for (const result of await callers) expect(result).toMatchObject({ status: "fulfilled" })
    for (const { id } of accepted) await api.until(id, "issued")
    for (const { id } of accepted) checkHistory(await api.history(id))
    await checkLedger(service)
    expect(accepted.length).toBeGreaterThan(20)
  })

  it("a process that is told to stop ends as always, and the next one has everything", async () => {
    const { id } = await api.start(userWith())
    await api.until(id, "awaiting_images")
    fill()
    expect(await api.withdraw(id)).toMatchObject(unavailable)
    expect(await service.kill("SIGTERM")).toBe(0)
    makeRoom()
    await service.start({ DATA_DIR: disk, API_CLIENTS_FILE: join(service.dataDir, "clients.json") })
    expect((await api.get(id)).state).toBe("awaiting_images")
    expect(await ready()).toMatchObject(up)
  })

  it("the process never ended by itself", () => {
    expect(service.lines().filter(({ event }) => event === "cannot_write_any_more")).toEqual([])
  })
})
