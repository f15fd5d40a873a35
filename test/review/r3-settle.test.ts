import { expect, it } from "vitest"
import { erasing } from "../support/erasing.ts"
import { receiptFor } from "../support/receipts.ts"
import { tomorrows } from "../support/recorded-events.ts"
import { withdrawn } from "../support/registration-events.ts"

it("a tombstone that could not be settled, for an event of a later version, is settled by a start that can read it", async () => {
  const scene = erasing()
  scene.append("a", withdrawn, tomorrows)
  scene.keys.set("a", false)
  scene.graveyard.receipts.set("a", receiptFor("a"))
  expect(await scene.settle(1)).toBe(0)
  await scene.follow(1)
  // The later version knows the event: here it is one that this version knows.
  const { entries } = scene.log
  const last = entries.length - 1
  entries.splice(last, 1)
  expect(await scene.settle(1)).toBe(1)
})
