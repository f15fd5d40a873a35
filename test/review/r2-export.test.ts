import { Effect } from "effect"
import { expect, it } from "vitest"
import { NotProvable } from "../../src/application/proof/not-provable.ts"
import { encodeEvent } from "../../src/domain/registration/event-codec.ts"
import { ExportableLog, otherId, registrationId } from "../support/exportable-log.ts"

it("every revision is exported at any moment: while events come and checkpoints are signed", async () => {
  const log = new ExportableLog()
  for (let round = 0; round < 12; round++) {
    log.goOn(registrationId, 1 + (round % 3))
    log.goOn(otherId, 1 + (round % 4))
    if (round % 3 === 1) await log.sign()
    const exported = await Effect.runPromise(Effect.result(log.export()))
    expect([round, exported._tag]).toEqual([round, "Success"])
  }
})

it("an erased registration is exported", async () => {
  const log = new ExportableLog()
  log.goOn(registrationId, 5)
  log.append(`registration-${registrationId}`, encodeEvent({ _tag: "PersonalDataErased", reason: "request" } as never))
  await log.sign()
  const { uncoveredFrom } = await Effect.runPromise(log.export())
  expect(uncoveredFrom).toBeUndefined()
})

it("a label named __proto__ is exported", async () => {
  const log = new ExportableLog()
  log.append(`registration-${registrationId}`, {
    type: "Requested",
    version: 1,
    data: { labels: JSON.parse('{"__proto__":"x","constructor":"y"}') }
  })
  await log.sign()
  const exported = await Effect.runPromise(Effect.result(log.export()))
  expect(exported._tag === "Failure" && exported.failure instanceof NotProvable).toBe(false)
})
