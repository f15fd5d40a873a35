import { describe, expect, it } from "vitest"
import { flawOf } from "../../../src/application/history/event-flaw.ts"
import { logStream } from "../../../src/application/history/ids.ts"
import { noStream } from "../../../src/application/ports/event-store.ts"
import { MemoryLog } from "../../model/memory-log.ts"
import { signingKey } from "../../support/signing-keys.ts"
import { StartingMachine } from "../../support/starting-machine.ts"

const signer = signingKey(1).publicKey

const opened = () => {
  const machine = new StartingMachine()
  const { logId } = machine.started()
  return { machine, logId }
}

describe("a start", () => {
  it("makes the log before the vault remembers it, and finds it again", () => {
    const { machine, logId } = opened()
    expect(machine.steps).toEqual(["append", "rememberLog"])
    expect(machine.remembered.log).toEqual({ logId, epoch: 0 })
    expect(machine.started()).toEqual({
      logId,
      vaultId: "vault",
      esignEnvironment: "custom",
      signer,
      epoch: 0,
      isRestored: false
    })
    expect(machine.steps).toEqual([])
  })

  it.each([
    ["append", "before"],
    ["append", "after"],
    ["rememberLog", "before"],
    ["rememberLog", "after"]
  ] as const)("goes on with a first one that died at %s, %s it was done", (step, moment) => {
    const machine = new StartingMachine()
    machine.killed(false, step, moment)
    const { logId } = machine.started()
    expect(machine.own().map(([type]) => type)).toEqual(["LogOpened"])
    expect(machine.remembered.log).toEqual({ logId, epoch: 0 })
  })

  it("lets a vault of an older version remember its log", () => {
    const { machine, logId } = opened()
    delete machine.remembered.log
    machine.started()
    expect(machine.remembered.log).toEqual({ logId, epoch: 0 })
  })

  it.each([false, true])("refuses when the log is lost, or is another one (--after-restore: %s)", (afterRestore) => {
    const { machine, logId } = opened()
    machine.log = new MemoryLog()
    expect(machine.refused(afterRestore)).toMatch(
      `The vault belongs to the log ${logId}, and there is none here: put the log back`
    )
    machine.append(logStream, "LogOpened", { logId: "another", vaultId: "vault", esignEnvironment: "custom" })
    expect(machine.refused(afterRestore)).toMatch(
      `The vault belongs to the log ${logId}, and here is another one: put that log back`
    )
  })

  it("refuses when the log's own stream is not whole, or says what this version cannot read", () => {
    const { machine, logId } = opened()
    machine.read = { events: [], tip: noStream, lost: 0 }
    expect(machine.refused()).toMatch("its event at revision 0 is missing: put a backup of the log back")
    machine.read = undefined
    for (const [type, version] of [
      ["LogSplit", 1],
      ["LogRestored", 2],
      ["LogOpened", 1]
    ] as const) {
      const other = new StartingMachine()
      other.remembered.log = { logId, epoch: 0 }
      const data = { logId, vaultId: "vault", esignEnvironment: "custom" }
      other.append(logStream, "LogOpened", data)
      other.append(logStream, type, { ...data, epoch: 1 }, version)
      for (const afterRestore of [false, true])
        expect(other.refused(afterRestore)).toMatch(
          "cannot read, at revision 1: start the version that wrote it, or a later one"
        )
    }
  })

  it("refuses when rows know more than the log", () => {
    const { machine } = opened()
    machine.rows.position = 2
    expect(machine.refused()).toMatch(/positions beyond the log's end: .* start once with --after-restore/)
    machine.append("stream", "Noted")
    machine.started()
  })
})

describe("a start with a topic that is further than the log, and with no rows", () => {
  it("is refused, since what came next would count as published", () => {
    const { machine, logId } = opened()
    machine.append("stream", "Noted")
    machine.published = { logId, epoch: 0, position: 2 }
    machine.started()
    machine.log.cutTo(1)
    expect(machine.refused()).toMatch(/positions beyond the log's end: .* start once with --after-restore/)
    const { epoch } = machine.started(true)
    expect(epoch).toBeGreaterThan(0)
    expect(machine.started().epoch).toBe(epoch)
  })

  it("goes on where that is of another log", () => {
    const { machine } = opened()
    machine.published = { logId: "another", epoch: 0, position: 100 }
    machine.started()
  })
})

describe("a start after a restore", () => {
  it("begins a new epoch: remembered, without rows, and in the log", () => {
    const { machine, logId } = opened()
    machine.rows.position = 100
    expect(machine.started(true)).toEqual({
      logId,
      vaultId: "vault",
      esignEnvironment: "custom",
      signer,
      epoch: 1,
      isRestored: true
    })
    expect(machine.steps).toEqual(["rememberLog", "forget", "reset", "append"])
    expect([machine.rows.position, machine.remembered.log]).toEqual([0, { logId, epoch: 1 }])
    expect(machine.own().slice(1)).toEqual([["LogRestored", { epoch: 1 }]])
    expect(machine.log.raw(0, 10).map(flawOf)).toEqual([undefined, undefined])
    const [first, second] = machine.log.read(logStream).events
    expect(second).toMatchObject({
      correlationId: first?.correlationId,
      causationId: first?.id,
      actor: { kind: "process" }
    })
    expect(machine.started().epoch).toBe(1)
    expect(machine.steps).toEqual([])
  })

  it("takes an epoch that was never there, also when nothing is left that remembers", () => {
    const { machine, logId } = opened()
    const epochs = [100, 50].map((position) => {
      // The rows alone were not put back.
      machine.rows.position = position
      const { epoch } = machine.started(true)
      Object.assign(machine.rows, { position: 60, epoch })
      machine.log.cutTo(1)
      machine.remembered.log = { logId, epoch: 0 }
      return epoch
    })
    expect(epochs).toEqual([1, 2])
    machine.rows.reset()
    expect(machine.started(true).epoch).toBeGreaterThan(1.7e9)
  })

  it("is missed by rows of an epoch that the log has forgotten", () => {
    const { machine } = opened()
    machine.rows.epoch = 1
    expect(machine.refused()).toMatch("start once with --after-restore")
  })

  it.each([
    ["rememberLog", "before", 1],
    ["rememberLog", "after", 2],
    ["forget", "before", 2],
    ["forget", "after", 2],
    ["reset", "before", 2],
    ["reset", "after", 2],
    ["append", "before", 2],
    ["append", "after", 2]
  ] as const)("that died at %s, %s it was done, is found by the next, and done anew", (step, moment, epoch) => {
    const { machine } = opened()
    machine.rows.position = 100
    machine.killed(true, step, moment)
    const isDone = step === "append" && moment === "after"
    if (isDone) expect(machine.started().epoch).toBe(1)
    else expect(machine.refused()).toMatch("start once with --after-restore")
    if (!isDone) expect(machine.started(true).epoch).toBe(epoch)
    expect(machine.rows.position).toBe(0)
  })

  it("takes an epoch above all that the vault knows of, also when the log has forgotten them", () => {
    const { machine } = opened()
    machine.rows.position = 100
    const before = machine.started(true).epoch
    machine.log.cutTo(1)
    expect(machine.refused()).toMatch("put back to a state before its last restore")
    expect(machine.started(true).epoch).toBe(before + 1)
    expect(machine.own().slice(1)).toEqual([["LogRestored", { epoch: before + 1 }]])
  })

  it("refuses where there is no log at all", () => {
    expect(new StartingMachine().refused(true)).toMatch("--after-restore is for a log that was put back from a backup")
  })
})
