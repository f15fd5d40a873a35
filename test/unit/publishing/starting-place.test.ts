import { Effect, Layer } from "effect"
import { expect, it } from "vitest"
import { Messages, type MessagesEnd } from "../../../src/application/ports/messages.ts"
import { startingPlace } from "../../../src/application/publishing/starting-place.ts"
import { logIdentity } from "../../support/log-identity.ts"

const blocked = { position: 6, stream: "registration-x", revision: 1 }
const cases: ReadonlyArray<readonly [string, MessagesEnd, number, number | undefined]> = [
  ["know of the restore", { position: 20, epoch: 1 }, 10, 10],
  ["know of the restore, which is before it", { position: 20, epoch: 1 }, 15, 11],
  ["do not know of it yet", { position: 9, epoch: 0 }, 5, undefined],
  ["are being made from the beginning on", { position: 0, epoch: 1 }, 5, undefined],
  ["end before something that comes after it", { position: 9, epoch: 0, blocked }, 5, 5],
  ["end before something that comes before it", { position: 9, epoch: 0, blocked }, 6, undefined]
]

it.each(cases)("in a log that was put back, when the messages %s", (_, end, from, position) => {
  const messages: Partial<Messages["Service"]> = {
    end: Effect.succeed(end),
    restoredAfter: () => Effect.succeed(end.position > 11 ? 12 : undefined)
  }
  const known = { clusterId: "a", offsets: [1] }
  const layer = Layer.merge(logIdentity(1), Layer.succeed(Messages, messages as Messages["Service"]))
  const place = Effect.runSync(
    startingPlace({ term: 0, logId: "log", epoch: 0, position: from, known }).pipe(Effect.provide(layer))
  )
  expect(place).toStrictEqual(position === undefined ? undefined : { logId: "log", epoch: 1, position })
})
