import { afterEach, beforeEach, expect, it } from "vitest"
import { checkpointStream } from "../../src/application/history/ids.ts"
import { VirtualTime } from "../model/virtual-time.ts"
import { SigningInstance } from "../support/signing-instance.ts"
import { StartingMachine } from "../support/starting-machine.ts"

const time = new VirtualTime(() => 0.5)
const minute = 60_000
let machine: StartingMachine
const instances: Array<SigningInstance> = []
beforeEach(() => {
  machine = new StartingMachine()
  machine.started()
  time.install()
})
afterEach(async () => {
  for (const instance of instances.splice(0)) instance.stop()
  await time.advance(0)
  time.uninstall()
})
const started = () => {
  const instance = new SigningInstance(machine.log, 1)
  instances.push(instance)
  instance.start()
  return instance
}

it("a service that is started anew every 50 seconds signs, too", async () => {
  for (let round = 0; round < 20; round++) {
    const instance = started()
    machine.append("stream", "Noted", {}, 1, 1)
    await time.advance(50_000)
    instance.stop()
    await time.advance(0)
  }
  expect(machine.log.read(checkpointStream).events.length).toBeGreaterThan(0)
})

it("what the vault did not take when it was signed is known there later, also where nothing more happens", async () => {
  const instance = started()
  instance.keepFault = true
  await time.advance(minute)
  instance.keepFault = false
  await time.advance(60 * minute)
  expect(machine.log.read(checkpointStream).events).toHaveLength(1)
  expect(instance.kept?.revision).toBe(0)
})

it("a backup of before a change of the key starts with the new key alone: operations.md and audit.md let the old one go", () => {
  const { length } = machine.log.entries
  machine.keys = [2, 1]
  machine.started()
  machine.keys = [2]
  machine.started()
  machine.log.cutTo(length)
  expect(machine.started(true)).toMatchObject({ isRestored: true })
})
