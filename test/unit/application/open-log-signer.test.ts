import { describe, expect, it } from "vitest"
import { checkpointStream, logStream } from "../../../src/application/history/ids.ts"
import { isSigned, readCheckpointEvent } from "../../../src/application/proof/checkpoint-event.ts"
import { firstPrevious } from "../../../src/application/proof/checkpoint-note.ts"
import { signingKey } from "../../support/signing-keys.ts"
import { StartingMachine } from "../../support/starting-machine.ts"

const logId = "0192f3a1-2b3c-7d4e-8f50-616263646566"
const keyOf = (n: number) => signingKey(n).publicKey
const ofBefore = { logId, vaultId: "vault", esignEnvironment: "custom" }

const openedWith = (...keys: StartingMachine["keys"]) => {
  const machine = new StartingMachine()
  machine.keys = keys
  return { machine, logId: machine.started().logId }
}
const changesOf = (machine: StartingMachine) =>
  machine.log.read(checkpointStream).events.map((stored) => readCheckpointEvent(stored))

describe("a log", () => {
  it("names in its first event who signs, and goes on with that key", () => {
    const { machine } = openedWith(1)
    const [first] = machine.log.read(logStream).events
    expect(first).toMatchObject({ type: "LogOpened", version: 2, data: { signer: keyOf(1) } })
    machine.keys = [1, 2]
    expect(machine.started()).toMatchObject({ signer: keyOf(1) })
    expect([machine.steps, changesOf(machine)]).toEqual([[], []])
  })

  it("of before, which names nobody, gets its signer at its next start, and keeps it", () => {
    const machine = new StartingMachine()
    machine.append(logStream, "LogOpened", ofBefore)
    expect(machine.started()).not.toHaveProperty("signer")
    const [change, ...more] = changesOf(machine)
    expect(change).toMatchObject({ _tag: "SignerChanged", previous: firstPrevious, signer: keyOf(1) })
    expect(change).not.toHaveProperty("signerSince")
    expect([more, change && isSigned(change, logId, undefined)]).toEqual([[], true])
    machine.started()
    expect(machine.steps).toEqual([])
    machine.keys = [2]
    expect(machine.refused()).toMatch("The signing key is not the one that signs for this log")
  })

  it("whose first event names no key at all is not read", () => {
    const machine = new StartingMachine()
    machine.append(logStream, "LogOpened", { ...ofBefore, signer: "none" }, 2)
    expect(machine.refused()).toMatch("certreg-log holds an event that this version cannot read, at revision 0")
  })
})

describe("a new key", () => {
  it("takes the place of the one that signs when both are there, each of which says so", () => {
    const { machine, logId } = openedWith(1)
    machine.keys = [2, 3, 1]
    machine.started()
    machine.keys = [2]
    machine.started()
    machine.keys = [3, 2]
    machine.started()
    const [one, two, ...more] = changesOf(machine)
    expect(one).toMatchObject({ previous: firstPrevious, signer: keyOf(2) })
    expect(two).toMatchObject({ signer: keyOf(3), signerSince: 0 })
    expect([one && isSigned(one, logId, keyOf(1)), two && isSigned(two, logId, keyOf(2))]).toEqual([true, true])
    expect([one && isSigned(one, logId, keyOf(3)), more]).toEqual([false, []])
    const [first, second] = machine.log.read(checkpointStream).events
    expect(second).toMatchObject({ correlationId: first?.correlationId, causationId: first?.id })
  })

  it("is refused alone, whoever it was, with a sentence that says what to do", () => {
    const { machine } = openedWith(1)
    machine.keys = [2, 3]
    const sentence = machine.refused()
    expect(sentence).toMatch(`The signing key is not the one that signs for this log, whose public key is ${keyOf(1)}`)
    expect(sentence).toMatch(/put its file back \(signing\.key in DATA_DIR, or SIGNING_KEY_FILE\)/)
    expect(machine.refused(true)).toBe(sentence)
    machine.keys = [2, 1]
    machine.started()
    machine.keys = [1]
    expect(machine.refused()).toMatch(`whose public key is ${keyOf(2)}`)
  })

  it.each(["before", "after"] as const)("that died %s it was named is named once", (moment) => {
    const { machine } = openedWith(1)
    machine.keys = [2, 1]
    machine.killed(false, "append", moment)
    machine.started()
    expect(changesOf(machine)).toHaveLength(1)
  })

  it("is named before the log is said to be put back, which it may sign then", () => {
    const { machine } = openedWith(1)
    machine.keys = [2, 1]
    machine.started(true)
    expect(machine.log.entries.map(({ type }) => type)).toEqual(["LogOpened", "SignerChanged", "LogRestored"])
  })
})

describe("a stream of checkpoints refuses the start", () => {
  it("when its end cannot be read by this version", () => {
    const { machine } = openedWith(1)
    machine.append(checkpointStream, "CheckpointSigned", {}, 9)
    expect(machine.refused()).toMatch("certreg-checkpoints holds an event that this version cannot read, at revision 0")
  })

  it("when what it needs of it is missing", () => {
    const { machine } = openedWith(1)
    machine.keys = [2, 1]
    machine.started()
    machine.log.cut(checkpointStream, 1)
    expect(machine.refused()).toMatch("certreg-checkpoints is not whole, its event at revision 0 is missing")
  })
})
