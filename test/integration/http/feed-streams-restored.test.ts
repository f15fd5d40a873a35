import { expect, it } from "vitest"
import { readEvents } from "../../support/event-stream.ts"
import { eventually } from "../../support/eventually.ts"
import { cursorAt, messagesFrom, saveMessages } from "../../support/feed.ts"
import { startHttp } from "../../support/http-service.ts"

// LogRestored lies at 4. The rows are made anew, and are not there yet when a client comes again with a forgotten cursor.
it("a stream that was begun with a forgotten cursor before the rows came to the restore ends once they have", async () => {
  const service = await startHttp({ epoch: 1 })
  await service.run(saveMessages(messagesFrom(1, 2)))
  const authorization = `Bearer ${service.keys["feeder"]}`
  const open = (id: string) => readEvents(`${service.url}/v1/feed`, { authorization, "last-event-id": id })
  const [forgotten, other] = [await open(cursorAt(6)), await open(cursorAt(2))]
  expect(forgotten.response.statusCode).toBe(200)
  await service.run(saveMessages([], { position: 4, epoch: 1, restores: [{ epoch: 1, position: 4 }] }))
  // New history: 5 and 6 are others than those that the client has seen; 7 follows on its place.
  await service.run(saveMessages(messagesFrom(5, 2)))
  await eventually("both events at the other one", () => other.events.length === 2)
  await service.run(saveMessages(messagesFrom(7, 1)))
  await eventually("its end", () => forgotten.ended() !== undefined)
  expect(forgotten.events).toEqual([])
  expect(forgotten.ended()).toBe("whole")
  await eventually("the third event at the other one", () => other.events.length === 3)
})
