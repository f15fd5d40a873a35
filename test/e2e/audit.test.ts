import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { usersOf } from "../support/api.ts"
import { eventually } from "../support/eventually.ts"
import { runNode } from "../support/run-node.ts"
import { startService } from "../support/service.ts"

// A callback that comes late would be an event more, between two looks.
const service = await startService({
  callbacks: false,
  env: { CHECKPOINT_INTERVAL: "100 millis", VERDICT_POLL_AFTER: "100 millis", VERDICT_POLL_MAX: "1 second" }
})
afterAll(() => service.close())
const { api } = service
const userWith = usersOf("audit")

const certreg = (...args: ReadonlyArray<string>) =>
  runNode("src/infrastructure/certreg.ts", args, { ...service.env, TZ: "Asia/Jakarta" }, service.tempDir)

/** The answer of GET /v1/checkpoint, once there is one that covers more than another one did. */
const checkpointAfter = (position: number) =>
  eventually("a checkpoint", async () => {
    const { status, body, text } = await api.send<{ lastPosition: number; revision: number; publicKey: string }>(
      "GET",
      "/v1/checkpoint"
    )
    return status === 200 && body.lastPosition > position ? { ...body, text } : undefined
  })

describe("beside a running service", () => {
  it("certreg verify finds all as it was written, and the checkpoint that was kept elsewhere", async () => {
    const id = await api.register(userWith())
    await api.until(id, "issued")
    const { lastPosition } = await checkpointAfter(0)
    await api.start(userWith())
    const { text, revision, publicKey } = await checkpointAfter(lastPosition)
    const file = join(service.tempDir, "checkpoint.json")
    writeFileSync(file, text)

    const { code, stdout, stderr } = await certreg("verify", "--checkpoint", "checkpoint.json")
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
    expect(stdout).toMatch(/^[\d,]+ events in [\d,]+ streams, all as they were written\.$/m)
    expect(stdout).toMatch(/^[\d,]+ checkpoints cover them up to position \d+; /m)
    expect(stdout).toContain(`The given checkpoint is in the log, at revision ${revision}.`)
    expect(stdout).toContain(`Signer: ${publicKey}`)
  })

  it("certreg history shows what GET …/events answers, and as it was", async () => {
    const id = await api.register(userWith())
    await api.until(id, "issued")
    const path = `/v1/registrations/${id}/events`
    for (const [query, ...args] of [[""], ["?asOf=3", "--as-of=3"]] as const) {
      const answer = await api.send("GET", `${path}${query}`)
      const shown = await certreg("history", id, "--json", ...args)
      expect({ ...shown, stdout: JSON.parse(shown.stdout) }, query).toEqual({
        code: 0,
        stdout: answer.body,
        stderr: ""
      })
    }
    const { code, stdout } = await certreg("history", id.toUpperCase())
    expect(code).toBe(0)
    expect(stdout).toContain("time in Asia/Jakarta")
    const requested = /^ +0 {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \+07:00 {2}Requested\.v1 +client acme +(.*)$/m
    expect(requested.exec(stdout)?.[1]?.split(", ")).toEqual(
      expect.arrayContaining(["tenant north", "personal sealed"])
    )
    expect(stdout).toMatch(/^state +issued$/m)
  })
})

it("after kill -9, too", async () => {
  await service.kill()
  expect(await certreg("verify")).toMatchObject({ code: 0, stderr: "" })
  expect(await certreg("history", "01939d5e-0000-7000-8000-0000000000ff")).toEqual({
    code: 2,
    stdout: "",
    stderr: "There is no such registration.\n"
  })
})
