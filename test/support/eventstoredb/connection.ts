import { randomUUID } from "node:crypto"
import {
  type AllStreamSubscription,
  type AppendResult,
  type AppendToStreamOptions,
  type EventData,
  type EventStoreDBClient,
  jsonEvent,
  type ResolvedEvent,
  type StreamSubscription
} from "@eventstore/db-client"
import { eventually } from "../eventually.ts"

/** An insecure server ignores their value; given with a call, they keep it off the one call that all appends share. */
export const credentials = { username: "admin", password: "changeit" }

export const newStream = (): string => `case-${randomUUID()}`
export const event = (data: Record<string, unknown> = {}): EventData => jsonEvent({ type: "Noted", data })
export const events = (count: number): Array<EventData> =>
  Array.from({ length: count }, (_, number) => event({ number }))

type Append = (
  stream: string,
  events: EventData | Array<EventData>,
  options?: AppendToStreamOptions
) => Promise<AppendResult>

/** Appends, each in a call of its own unless told otherwise. */
export const appending =
  (client: () => EventStoreDBClient, way: AppendToStreamOptions = { credentials }): Append =>
  (stream, events, options) =>
    client().appendToStream(stream, events, { ...way, ...options })

/** What an error of the client tells. */
export interface ClientError extends Error {
  readonly type?: string
  readonly code?: number | undefined
  readonly streamName?: string
  readonly expectedVersion?: bigint | string
  readonly actualVersion?: bigint | string
  readonly maxAppendSize?: number
}

export const errorOf = async (work: Promise<unknown>): Promise<ClientError> => {
  const outcome = await work.then(
    () => undefined,
    (error: ClientError) => error
  )
  if (outcome === undefined) throw new Error("it succeeded")
  return outcome
}

export const collect = async <A>(items: AsyncIterable<A>): Promise<Array<A>> => {
  const all: Array<A> = []
  for await (const item of items) all.push(item)
  return all
}

export const idsOf = (events: ReadonlyArray<ResolvedEvent>): Array<string | undefined> =>
  events.map(({ event }) => event?.id)
export const revisionsOf = (events: ReadonlyArray<ResolvedEvent>): Array<bigint | undefined> =>
  events.map(({ event }) => event?.revision)

type Subscription = AllStreamSubscription | StreamSubscription

/** Everything that happened on a subscription. */
export interface Followed {
  readonly subscription: Subscription
  /** Names of what came, in order; events by their ids. */
  readonly log: Array<string>
  readonly events: Array<ResolvedEvent>
  readonly error: () => ClientError | undefined
  readonly until: (what: string, ask: (followed: Followed) => boolean) => Promise<Followed>
}

export const follow = (subscription: Subscription): Followed => {
  let failure: ClientError | undefined
  const [log, events]: [Array<string>, Array<ResolvedEvent>] = [[], []]
  const followed: Followed = {
    subscription,
    log,
    events,
    error: () => failure,
    until: async (what, ask) => {
      await eventually(what, () => ask(followed))
      return followed
    }
  }
  const emitter: NodeJS.EventEmitter = subscription
  for (const name of ["confirmation", "caughtUp", "end", "close"]) emitter.on(name, () => void log.push(name))
  emitter.on("error", (error: ClientError) => {
    failure = error
    log.push("error")
  })
  emitter.on("data", (resolved: ResolvedEvent) => {
    events.push(resolved)
    log.push(resolved.event?.id ?? "nothing")
  })
  return followed
}

/** With this many events: the client may tell of the end before it hands out the last events that came before it. */
export const caughtUp =
  (count = 0) =>
  ({ log, events }: Followed): boolean =>
    log.includes("caughtUp") && events.length >= count
export const hasFailed = ({ error }: Followed): boolean => error() !== undefined
