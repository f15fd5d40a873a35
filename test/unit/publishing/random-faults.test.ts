import { layer } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { expect } from "vitest"
import { makeRandom, type Random } from "../../fuzz/random.ts"
import { saveMessages } from "../../support/feed.ts"
import { flawsIn, fresh, keyedMessages, publisherStores, startPublisher, waitFor } from "../../support/publishing.ts"
import { type Fate, ScriptedBroker } from "../../support/scripted-broker.ts"

const seeds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
const count = 400
const keys = 9

const kinds: ReadonlyArray<Fate> = ["lost", "lost", "unreachable", "read_only", "topic_missing", "refused"]

/** A broker that does what it likes, until it has done so often enough. */
const unreliable = ({ below, chance, pick }: Random) => {
  const broker = new ScriptedBroker(1 + below(4))
  let faults = 60
  const isFaulty = () => faults > 0 && chance(0.5) && faults-- > 0
  const most = 20 + below(200)
  broker.fate = (_, batch) => {
    if (batch.length > most) return "too_large"
    return isFaulty() ? pick(kinds) : "stored"
  }
  broker.look = () => (isFaulty() ? "unreachable" : undefined)
  return broker
}

/** Messages that come by and by. */
const saveSlowly = Effect.fnUntraced(function* ({ below }: Random) {
  for (let first = 1; first <= count; ) {
    const some = Math.min(count - first + 1, 1 + below(120))
    yield* saveMessages(keyedMessages(first, some, keys))
    first += some
    yield* Effect.sleep(below(5))
  }
})

layer(publisherStores(), { excludeTestServices: true })("whatever the broker does", (it) => {
  for (const seed of seeds) {
    it.effect(`every message is there, and the first copies are in order (seed ${seed})`, () =>
      Effect.gen(function* () {
        const random = makeRandom(seed)
        const broker = unreliable(random)
        const saving = yield* Effect.forkScoped(saveSlowly(random))
        // Some end in the middle of it.
        for (let life = 0; life < 3; life++)
          yield* Effect.scoped(Effect.andThen(startPublisher(broker), Effect.sleep(random.below(20))))
        const { state } = yield* startPublisher(broker)
        yield* Fiber.join(saving)
        yield* waitFor("the end", () => state.position() === count)
        expect(flawsIn(broker, count, keys)).toStrictEqual([])
        expect(broker.overlaps).toBe(0)
      }).pipe(fresh)
    )

    it.effect(`so they are when two publishers are at work at once (seed ${seed})`, () =>
      Effect.gen(function* () {
        const random = makeRandom(seed)
        const broker = unreliable(random)
        const saving = yield* Effect.forkScoped(saveSlowly(random))
        const [one, other] = [
          yield* startPublisher(broker),
          yield* startPublisher(broker, { topic: `${broker.topic}-other` })
        ]
        yield* Fiber.join(saving)
        yield* waitFor("the end", () => one.state.position() === count && other.state.position() === count)
        expect(flawsIn(broker, count, keys)).toStrictEqual([])
      }).pipe(fresh)
    )
  }
})
