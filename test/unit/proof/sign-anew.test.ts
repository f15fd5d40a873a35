import { describe, expect, it } from "vitest"
import { checkpointStream } from "../../../src/application/history/ids.ts"
import { noStream } from "../../../src/application/ports/event-store.ts"
import { minute, signingScene } from "../../support/signing-scene.ts"

const { time, machine, instanceOf, started, note, checkpoints } = signingScene()

describe("a process that begins anew", () => {
  it("goes on after the last checkpoint, and reads no more than is not covered", async () => {
    const first = started(1)
    note(1500)
    await time.advance(minute)
    note(10)
    first.stop()
    await time.advance(0)
    const second = started(1)
    await time.advance(minute)
    expect(checkpoints().map(([count]) => count)).toEqual([1000, 502, 11])
    expect(second.fed).toBeLessThan(15)
  })

  it("signs where no process lives as long as the interval", async () => {
    for (let round = 0; round < 3; round++) {
      const instance = started(1)
      note(1)
      await time.advance((2 / 3) * minute)
      instance.stop()
      await time.advance(0)
    }
    expect(checkpoints()).toHaveLength(1)
  })

  it("tells of the last checkpoint where its vault does not know it", async () => {
    const first = started(1)
    await time.advance(minute)
    first.stop()
    const second = started(1)
    await time.advance(0)
    expect([second.kept, second.signed()]).toEqual([first.kept, first.signed()])
  })

  it("signs nothing of a log without the checkpoint that the vault knows", async () => {
    const first = started(1)
    await time.advance(minute)
    first.stop()
    machine().log.cutTo(1)
    const second = instanceOf(1)
    second.kept = first.kept
    second.start()
    await time.advance(3 * minute)
    expect(second.said.at(-1)).toMatchObject({ event: "work_failed", code: "log_put_back" })
    expect(machine().log.read(checkpointStream).tip).toEqual(noStream)
  })

  it.each(["before", "after", "unknown"] as const)("goes on when an append fails (%s)", async (fault) => {
    const instance = started(1)
    instance.appendFault = fault
    await time.advance(minute + 10_000)
    note(1)
    await time.advance(3 * minute)
    expect(checkpoints().reduce((sum, [count = 0]) => sum + count, 0)).toBe(machine().log.entries.length - 1)
  })

  it("goes on when the vault does not take what it signed", async () => {
    const instance = started(1)
    instance.keepFault = true
    await time.advance(minute)
    expect(instance.said.at(-1)).toMatchObject({
      event: "work_failed",
      operation: "sign_checkpoints",
      code: "SQLITE_BUSY"
    })
    instance.keepFault = false
    await time.advance(minute)
    expect([checkpoints().length, instance.kept?.revision]).toEqual([1, 0])
    note(1)
    await time.advance(2 * minute)
    expect([checkpoints().length, instance.kept?.revision]).toEqual([2, 1])
  })
})

it("a log that was put back meanwhile is signed by nobody", async () => {
  const instance = started(1)
  note(5)
  await time.advance(2000)
  instance.lastEvent = machine().log.entries.at(-1)
  machine().log.cutTo(1)
  note(7, "other")
  await time.advance(3 * minute)
  expect(new Set(instance.said.map(({ event, code }) => `${event} ${code}`))).toEqual(
    new Set(["work_failed log_put_back"])
  )
  expect(machine().log.read(checkpointStream).tip).toEqual(noStream)
})
