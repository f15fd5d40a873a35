import { describe, expect, it, onTestFinished, vi } from "vitest"
import { checkpointStream } from "../../../src/application/history/ids.ts"
import { StartingMachine } from "../../support/starting-machine.ts"

/** A log that was opened, with a checkpoint that the vault knows, and a backup of both of before. */
const signed = () => {
  const machine = new StartingMachine()
  const { logId } = machine.started()
  const backup = machine.log.entries.length
  machine.append(checkpointStream, "CheckpointSigned")
  const [event] = machine.log.read(checkpointStream).events
  machine.kept = { logId, revision: 0, hash: event?.hash ?? "", note: "a note" }
  return { machine, logId, backup }
}
const names = (machine: StartingMachine) => machine.own().map(([type]) => type)

describe("a start with a vault that knows a checkpoint", () => {
  it("is refused where the log does not hold it, until the log is said to be put back", () => {
    const { machine, backup } = signed()
    machine.log.cutTo(backup)
    const sentence = machine.refused()
    expect(sentence).toMatch(
      /^The log does not hold the last checkpoint that is known, at revision 0 of certreg-checkpoints/
    )
    expect(sentence).toMatch("start once with --after-restore")
    expect(machine.started(true)).toMatchObject({ isRestored: true })
    expect(machine.kept).toBeUndefined()
    machine.started()
  })

  it("is refused where another one stands in its place, or its stream is gone", () => {
    const { machine, backup } = signed()
    machine.log.cutTo(backup)
    machine.append(checkpointStream, "CheckpointSigned", { other: true })
    expect(machine.refused()).toMatch("does not hold the last checkpoint")
    machine.log.cut(checkpointStream, 1)
    expect(machine.refused()).toMatch("does not hold the last checkpoint")
  })

  it("believes nothing that is kept of another log", () => {
    const machine = new StartingMachine()
    machine.started()
    machine.kept = { logId: "another", revision: 7, hash: "", note: "" }
    expect(machine.started()).toMatchObject({ isRestored: false })
  })
})

describe("a start whose log and vault do not belong to one time", () => {
  it("is refused where the log ends before the end that the vault saw", () => {
    const machine = new StartingMachine()
    machine.started()
    machine.seen = { logEnd: 1, isVaultOlder: false }
    machine.started()
    machine.seen = { logEnd: 2, isVaultOlder: false }
    expect(machine.refused()).toMatch(/positions beyond the log's end: .* start once with --after-restore/)
    expect(machine.started(true)).toMatchObject({ isRestored: true })
  })

  it("is refused where the log saw a later vault", () => {
    const machine = new StartingMachine()
    machine.started()
    machine.seen = { logEnd: 1, isVaultOlder: true }
    expect(machine.refused()).toMatch(
      /^The vault \(vault\.db\) is older than the log: .* start once with --after-restore/
    )
    expect(machine.started(true)).toMatchObject({ isRestored: true })
  })
})

describe("a start with log and vault that were put back from a backup", () => {
  const putBack = () => {
    const { machine, logId, backup } = signed()
    machine.log.cutTo(backup)
    machine.remembered.log = { logId, epoch: 0, isPutBack: true }
    return { machine, logId }
  }

  it("is one after a restore without being told, once", () => {
    const { machine, logId } = putBack()
    const { epoch, isRestored } = machine.started()
    expect(isRestored).toBe(true)
    expect(machine.steps).toEqual(["rememberLog", "forget", "reset", "append", "rememberLog"])
    expect(machine.own().at(-1)).toEqual(["LogRestored", { epoch }])
    expect([machine.remembered.log, machine.kept]).toEqual([{ logId, epoch }, undefined])
    expect(machine.started()).toMatchObject({ epoch, isRestored: false })
  })

  it("begins an epoch that never was, also where one backup is put back twice whose vault, copied last, knows a later one", () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-11-26T10:00:00Z") })
    onTestFinished(() => void vi.useRealTimers())
    const { machine, logId } = putBack()
    const epochs = [1, 2].map((hour) => {
      vi.setSystemTime(Date.parse(`2026-11-26T1${hour}:00:00Z`))
      machine.log.cutTo(1)
      machine.remembered.log = { logId, epoch: 5, isPutBack: true }
      return machine.started().epoch
    })
    expect(epochs[1]).toBeGreaterThan(epochs[0] ?? 0)
  })

  it.each([
    ["rememberLog", "before"],
    ["rememberLog", "after"],
    ["forget", "before"],
    ["forget", "after"],
    ["reset", "before"],
    ["reset", "after"],
    ["append", "before"],
    ["append", "after"]
  ] as const)(
    "that died at %s, %s it was done, is begun anew by the next, which needs no word either",
    (step, moment) => {
      const { machine } = putBack()
      machine.killed(false, step, moment)
      const { epoch, isRestored } = machine.started()
      expect(isRestored).toBe(true)
      expect(new Set(names(machine))).toEqual(new Set(["LogOpened", "LogRestored"]))
      expect(machine.own().at(-1)).toEqual(["LogRestored", { epoch }])
      expect(machine.started()).toMatchObject({ epoch, isRestored: false })
    }
  )
})
