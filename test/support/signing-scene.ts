import { afterEach, beforeEach, expect } from "vitest"
import { checkpointStream } from "../../src/application/history/ids.ts"
import { isSigned, readCheckpointEvent, textOf } from "../../src/application/proof/checkpoint-event.ts"
import { firstPrevious, hashOfText } from "../../src/application/proof/checkpoint-note.ts"
import { leafHash, TreeHasher } from "../../src/application/proof/merkle-tree.ts"
import { VirtualTime } from "../model/virtual-time.ts"
import { SigningInstance } from "./signing-instance.ts"
import { signingKey } from "./signing-keys.ts"
import { StartingMachine } from "./starting-machine.ts"

export const minute = 60_000

/** For the tests of a file: a log anew for each, in virtual time, and processes that sign it. */
export const signingScene = () => {
  const time = new VirtualTime(() => 0.5)
  let machine: StartingMachine
  let logId: string
  const instances: Array<SigningInstance> = []

  beforeEach(() => {
    time.install()
    machine = new StartingMachine()
    logId = machine.started().logId
  })
  afterEach(async () => {
    for (const instance of instances.splice(0)) instance.stop()
    await time.advance(0)
    time.uninstall()
  })

  const instanceOf = (...keys: StartingMachine["keys"]) => {
    const instance = new SigningInstance(machine.log, ...keys)
    instances.push(instance)
    return instance
  }
  const started = (...keys: StartingMachine["keys"]) => {
    const instance = instanceOf(...keys)
    instance.start()
    return instance
  }
  const note = (count: number, stream = "stream") => {
    for (let left = count; left > 0; left -= 500) machine.append(stream, "Noted", {}, 1, Math.min(left, 500))
  }

  /** All that was signed, each compared with the log, of whose events it covers exactly those that it should. */
  const checkpoints = (signer = 1) => {
    let previous = firstPrevious
    let covered = 0
    return machine.log.read(checkpointStream).events.map((stored) => {
      const event = readCheckpointEvent(stored)
      if (event?._tag !== "CheckpointSigned") throw new Error("it is none")
      const tree = new TreeHasher()
      for (const { position, hash } of machine.log.entries)
        if (position > covered && position <= event.lastPosition) tree.add(leafHash(position, hash))
      expect(event).toMatchObject({ previous, count: tree.count, root: tree.root().toString("hex") })
      const { publicKey } = signingKey(signer)
      expect(isSigned(event, logId, publicKey)).toBe(true)
      previous = hashOfText(textOf(event, logId, publicKey))
      covered = event.lastPosition
      return [event.count, event.lastPosition]
    })
  }

  return { time, instanceOf, started, note, checkpoints, machine: () => machine, logId: () => logId }
}
