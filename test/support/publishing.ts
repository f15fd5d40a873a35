import { Effect, Layer } from "effect"
import { sqlitePublisherCheckpointLayer } from "../../src/adapters/sqlite/publisher-checkpoint.ts"
import { Health } from "../../src/application/health.ts"
import { NewMessages } from "../../src/application/messages/new-messages.ts"
import type { Message } from "../../src/application/ports/message.ts"
import { MessageBroker } from "../../src/application/ports/message-broker.ts"
import { PublisherCheckpoint } from "../../src/application/ports/publisher-checkpoint.ts"
import { Views } from "../../src/application/ports/views.ts"
import type { Pace } from "../../src/application/publishing/pace.ts"
import { publish } from "../../src/application/publishing/publish.ts"
import { PublisherState } from "../../src/application/publishing/publisher-state.ts"
import { eventually } from "./eventually.ts"
import { firstCopies } from "./first-copies.ts"
import { logIdentity } from "./log-identity.ts"
import { recordedLog } from "./recorded-log.ts"
import type { ScriptedBroker, Stored } from "./scripted-broker.ts"
import { sqliteLayer } from "./sqlite.ts"
import { temporaryFolder } from "./temporary-folder.ts"

/** So patient that a test has no time to lose; the topic is looked at for a reason only. */
const fast: Pace = {
  firstPause: 1,
  longestPause: 3,
  look: 3,
  check: 600_000,
  secondLook: 1,
  silence: 600_000,
  save: 1
}

/** Rows, messages and checkpoints of a directory. */
export const publisherStores = (dataDir = temporaryFolder()) =>
  sqlitePublisherCheckpointLayer.pipe(Layer.provideMerge(sqliteLayer(dataDir)), Layer.provideMerge(NewMessages.layer))

/** Without the rows of those before it, in a scope of its own. */
export const fresh = <A, E, R>(work: Effect.Effect<A, E, R>) =>
  Effect.flatMap(Views, ({ reset }) => Effect.andThen(reset, Effect.scoped(work)))

type Wishes = {
  readonly epoch?: number
  readonly pace?: Partial<Pace>
  /** Under which it keeps its checkpoint. */
  readonly topic?: string
}

/** A publisher that runs until its scope ends; answers how it stands, and what it logged. */
export const startPublisher = Effect.fnUntraced(function* (
  broker: ScriptedBroker,
  { epoch = 0, pace = {}, topic = broker.topic }: Wishes = {}
) {
  const log = recordedLog()
  const own = Layer.mergeAll(Health.layer, PublisherState.layer, log.layer, logIdentity(epoch))
  const context = yield* Layer.build(Layer.mergeAll(own, Layer.succeed(MessageBroker, broker.client(topic))))
  const running = yield* publish({ ...fast, ...pace }).pipe(Effect.provide(context), Effect.forkScoped)
  const state = yield* PublisherState.pipe(Effect.provide(context))
  return { state, log, running }
})

/** A message at each position, with ids that say which and keys that take turns. */
export const keyedMessages = (first: number, count: number, keys = 5): ReadonlyArray<Message> =>
  Array.from({ length: count }, (_, i) => {
    const position = first + i
    const registrationId = `key-${position % keys}`
    const json = JSON.stringify({ id: `m-${position}`, time: "2026-01-01T00:00:00.000Z", subject: registrationId })
    return { position, registrationId, tenant: "north", json }
  })

export const waitFor = (what: string, ask: () => boolean) => Effect.promise(() => eventually(what, ask))

/** Until each of so many messages is in the topic. */
export const waitForMessages = (broker: ScriptedBroker, count: number) =>
  waitFor(`${count} messages`, () => new Set(broker.all().map(({ value }) => value)).size === count)

export const checkpointOf = ({ topic }: ScriptedBroker) =>
  Effect.flatMap(PublisherCheckpoint, ({ load }) => load(topic))

/** The numbers of the messages with a key, in the order in which they came first. */
const numbersOf = (records: ReadonlyArray<Stored>, key: string): ReadonlyArray<number> =>
  firstCopies(records.filter((record) => record.key === key)).map(({ value }) => Number(JSON.parse(value).id.slice(2)))

/** What is wrong with the first copies of messages 1 to `count`, whose keys take turns: nothing, if it is right. */
export const flawsIn = (broker: ScriptedBroker, count: number, keys = 5): ReadonlyArray<string> =>
  Array.from({ length: keys }, (_, n) => n).flatMap((n) => {
    const found = broker.partitions.flatMap((records) => numbersOf(records, `key-${n}`))
    const wanted = Array.from({ length: count }, (_, i) => i + 1).filter((position) => position % keys === n)
    return found.join() === wanted.join() ? [] : [`key-${n}: ${found.join()} instead of ${wanted.join()}`]
  })
