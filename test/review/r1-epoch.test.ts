import { expect, it } from "vitest"
import { StartingMachine } from "../support/starting-machine.ts"

/** A backup that was made while a start after a restore was under way: the vault, which is copied last, knows a later epoch than the log. */
const putBack = (logId: string, machine: StartingMachine) => {
  machine.log.cutTo(1)
  machine.rows.position = 0
  machine.remembered.log = { logId, epoch: 5, isPutBack: true }
}

it("each time that one backup is put back begins an epoch that never was", () => {
  const machine = new StartingMachine()
  const { logId } = machine.started()
  putBack(logId, machine)
  const first = machine.started().epoch
  // The service goes on, and everything is put back once more.
  machine.started(true)
  putBack(logId, machine)
  expect(machine.started().epoch).toBeGreaterThan(first)
})
