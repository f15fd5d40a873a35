import { describe, expect, it } from "vitest"
import { checkpointStream } from "../../../src/application/history/ids.ts"
import { isSignedBy, parseNote } from "../../../src/application/proof/signed-note.ts"
import { MemoryLog } from "../../model/memory-log.ts"
import { SigningInstance } from "../../support/signing-instance.ts"
import { signingKey } from "../../support/signing-keys.ts"
import { minute, signingScene } from "../../support/signing-scene.ts"

const { time, machine, logId, instanceOf, started, note, checkpoints } = signingScene()

describe("a checkpoint", () => {
  it("is signed a minute after the first event that is not covered, and never over what was signed alone", async () => {
    const { said } = started(1)
    await time.advance(minute - 2000)
    note(3)
    await time.advance(0)
    expect(checkpoints()).toEqual([])
    await time.advance(1000)
    expect(checkpoints()).toEqual([[4, 4]])
    await time.advance(60 * minute)
    expect(checkpoints()).toHaveLength(1)
    note(1)
    await time.advance(minute / 2)
    note(1)
    await time.advance(minute / 2)
    // The checkpoint before it, too.
    expect(checkpoints()).toEqual([
      [4, 4],
      [3, 7]
    ])
    expect(said.map(({ event }) => event)).toEqual(["checkpoint_signed", "checkpoint_signed"])
  })

  it("is signed over every thousand events at once", async () => {
    const instance = started(1)
    await time.advance(0)
    note(2500)
    await time.advance(2000)
    expect(checkpoints()).toEqual([
      [1000, 1000],
      [1000, 2000]
    ])
    await time.advance(minute)
    expect(checkpoints().at(-1)).toEqual([503, 2503])
    expect(instance.fed).toBeLessThan(2510)
  })

  it("is logged as a note that others can read, and known outside of the log", async () => {
    const instance = started(1)
    await time.advance(minute)
    const [line] = instance.signed()
    expect(line).toMatchObject({ revision: 0, count: 1 })
    expect(isSignedBy(String(line?.note), signingKey(1).publicKey)).toBe(true)
    expect(parseNote(String(line?.note))?.signatures.map(({ name }) => name)).toEqual([`certreg/${logId()}`])
    const [stored] = machine().log.read(checkpointStream).events
    expect(instance.kept).toEqual({ logId: logId(), revision: 0, hash: stored?.hash, note: line?.note })
    expect(stored?.actor).toEqual({ kind: "process", id: "p1" })
  })

  it("covers what no version can read, and leaves out what has no hash", async () => {
    started(1)
    machine().append("stream", "OfTheFuture", {}, 99)
    machine().log.entries.push({
      ...(machine().log.entries[1] as ReturnType<typeof machine>["log"]["entries"][number]),
      position: 3,
      hash: ""
    })
    await time.advance(minute)
    expect(machine().log.read(checkpointStream).events[0]?.data).toMatchObject({ count: 2, lastPosition: 2 })
  })
})

describe("several instances", () => {
  it("sign one after the other: each event is covered once", async () => {
    const all = [started(1), started(1), started(1)]
    for (let round = 0; round < 20; round++) {
      note(137)
      await time.advance(minute / 3)
    }
    await time.advance(minute)
    const counts = checkpoints().map(([count = 0]) => count)
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(machine().log.entries.length - 1)
    expect(all.flatMap(({ said }) => said).every(({ event }) => event === "checkpoint_signed")).toBe(true)
    // Each vault knows the last one, whoever signed it.
    expect(new Set(all.flatMap((instance) => instance.signed()).map(({ note }) => note)).size).toBe(counts.length)
    expect(all.map(({ kept }) => kept?.revision)).toEqual(all.map(() => counts.length - 1))
  })

  it("that do not have the key that signs by now sign nothing, and say so", async () => {
    const former = started(1)
    await time.advance(minute)
    machine().keys = [2, 1]
    machine().started()
    note(1)
    await time.advance(2 * minute)
    expect(former.said.at(-1)).toMatchObject({ event: "work_failed", code: "other_signer" })
    expect(
      machine()
        .log.read(checkpointStream)
        .events.map(({ type }) => type)
    ).toEqual(["CheckpointSigned", "SignerChanged"])
    started(2)
    await time.advance(minute)
    expect(machine().log.read(checkpointStream).events[2]?.data).toMatchObject({ signerSince: 1, count: 3 })
  })
})

const askOf = async (instance: SigningInstance) => {
  const asked = instance.signNow()
  await time.advance(0)
  return asked
}

describe("an operator who asks for a checkpoint", () => {
  it("gets one over what there is, beside the one who signs by himself", async () => {
    const worker = started(1)
    note(3)
    await time.advance(0)
    const asked = instanceOf(1)
    expect(await askOf(asked)).toEqual({
      state: "done",
      text: "The checkpoint at revision 0 was signed, over 4 events."
    })
    expect((await askOf(asked)).text).toMatch(/^All that there is was signed already, .* at revision 0\.$/)
    note(1)
    await time.advance(2 * minute)
    expect(checkpoints()).toEqual([
      [4, 4],
      [2, 6]
    ])
    expect([asked.kept?.revision, worker.kept?.revision]).toEqual([0, 1])
  })

  it("hears that an empty log holds nothing to be signed", async () => {
    const asked = expect(new SigningInstance(new MemoryLog(), 1).signNow()).rejects.toThrow(
      "The event at revision 0 of the stream certreg-log is missing."
    )
    await time.advance(0)
    await asked
  })
})
