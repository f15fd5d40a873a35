import type { AllStreamSubscription, EventStoreDBClient } from "@eventstore/db-client"
import { Effect, Exit, Redacted, Schedule, Scope } from "effect"
import { onTestFinished } from "vitest"
import { makeAllPages } from "../../../src/adapters/eventstoredb/all-pages.ts"
import { encodeEvent } from "../../../src/adapters/eventstoredb/codec.ts"
import { openConnection } from "../../../src/adapters/eventstoredb/connection.ts"
import { type FeedTimings, makeFeed } from "../../../src/adapters/eventstoredb/feed.ts"
import { positionOf } from "../../../src/adapters/eventstoredb/position.ts"
import { Session } from "../../../src/adapters/eventstoredb/session.ts"
import { makeStreamNames } from "../../../src/adapters/eventstoredb/stream-names.ts"
import { type FeedPage, noStream, type Position } from "../../../src/application/ports/event-store.ts"
import { Log, type LogFields } from "../../../src/application/ports/log.ts"
import { eventually } from "../eventually.ts"
import { newEvents, newId } from "../stored-events.ts"
import { credentials } from "./connection.ts"

export type Line = { readonly event: string } & LogFields

export type FeedUnderTest = {
  readonly prefix: string
  /** Where the log ended when it was opened: what is ours comes after it, and nothing else before that. */
  readonly start: Position
  readonly page: (after: Position, limit?: number) => Promise<FeedPage>
  readonly waitBeyond: (after: Position, signal?: AbortSignal) => Promise<void>
  /** Appends new events to a new stream of ours; answers their ids and the position of the last one. */
  readonly append: (count?: number, options?: AppendOptions) => Promise<Appended>
  /** Appends what is not ours. */
  readonly appendForeign: (count: number) => Promise<Position>
  /** As a follower does: pages from a position on, until so many events came. */
  readonly follow: (after: Position) => Followed
  /** A session by itself, whose clock is the test; and how often it has looked into the log. */
  readonly session: (after: Position) => { readonly session: Session; readonly looks: () => number }
  readonly lines: ReadonlyArray<Line>
  /** The subscriptions that were opened, the last one last. */
  readonly subscriptions: ReadonlyArray<Watched>
  readonly connection: Effect.Success<ReturnType<typeof openConnection>>
  readonly close: () => Promise<void>
}

export type AppendOptions = {
  /** Whether the feed learns of it, as of what this process itself has appended. */
  readonly isKnown?: boolean
  readonly note?: string
  readonly stream?: string
}
export type Appended = { readonly stream: string; readonly ids: ReadonlyArray<string>; readonly position: Position }

export type Followed = {
  readonly ids: Array<string>
  readonly pages: Array<FeedPage>
  readonly failures: Array<string>
  readonly until: (what: string, ask: (followed: Followed) => boolean) => Promise<void>
  readonly stop: () => Promise<void>
}

export type Watched = {
  readonly subscription: AllStreamSubscription
  /** Events that the client handed out. */
  delivered: number
  hasCaughtUp: boolean
  /** Tells it of a checkpoint that the server did not send. */
  readonly checkpoint: (commit: Position, prepare: Position) => void
}

/** Looks on at what a client's subscriptions do. */
const watch = (client: EventStoreDBClient, neverCatchesUp: boolean, onSubscription: (watched: Watched) => void) => {
  const { subscribeToAll } = client
  client.subscribeToAll = (...options) => {
    const subscription = subscribeToAll.call(client, ...options)
    const checkpoint = (commit: Position, prepare: Position) =>
      options[0]?.filter?.checkpointReached?.(subscription, { commit: BigInt(commit), prepare: BigInt(prepare) })
    const watched: Watched = { subscription, delivered: 0, hasCaughtUp: false, checkpoint }
    subscription.on("caughtUp", () => {
      watched.hasCaughtUp = true
    })
    const emit = subscription.emit.bind(subscription)
    subscription.emit = (event: string, ...more: ReadonlyArray<unknown>) => {
      if (event === "caughtUp" && neverCatchesUp) return true
      if (event === "data") watched.delivered++
      return (emit as (event: string, ...more: ReadonlyArray<unknown>) => boolean)(event, ...more)
    }
    onSubscription(watched)
    return subscription
  }
}

export type FeedTestOptions = {
  readonly timings?: Partial<FeedTimings>
  readonly prefix?: string
  readonly deadline?: number
  /** It is never told that it has caught up. */
  readonly neverCatchesUp?: boolean
}

/** The feed of a server, beside a client's appends. Each has streams of its own, unless a prefix is given. */
export const openFeed = async (url: string, options: FeedTestOptions = {}): Promise<FeedUnderTest> => {
  const prefix = options.prefix ?? `${newId()}-`
  const lines: Array<Line> = []
  const subscriptions: Array<Watched> = []
  const write = (event: string, fields?: LogFields) => void lines.push({ event, ...fields })
  const log = Log.of({ debug: write, info: write, warn: write, error: write })
  const scope = Scope.makeUnsafe()
  const names = makeStreamNames(prefix)
  const { connection, feed, all, start } = await Effect.runPromise(
    Effect.gen(function* () {
      const connection = yield* openConnection({ url: Redacted.make(url), deadline: options.deadline })
      const watchCurrent = () =>
        watch(connection.clients.current().client, options.neverCatchesUp ?? false, (watched) =>
          subscriptions.push(watched)
        )
      watchCurrent()
      connection.clients.onReplaced(watchCurrent)
      const { call, clients } = connection
      const timings = options.timings ?? {}
      const all = makeAllPages(call)
      const feed = yield* makeFeed({ clients, all, names, timings })
      const last = yield* Effect.retry(all.last("end"), Schedule.spaced(50))
      return { connection, feed, all, start: last === undefined ? 0 : positionOf(last) }
    }).pipe(Effect.provideService(Log, log), Scope.provide(scope))
  )
  const close = () => Effect.runPromise(Scope.close(scope, Exit.void))
  onTestFinished(close)

  const store = async (stream: string, events: Parameters<typeof newEvents>) => {
    const list = newEvents(...events)
    const encoded = list.map(encodeEvent)
    // The same again while the server is away: it is stored once.
    const position = await eventually("an append", () => {
      const { client } = connection.clients.current()
      return client.appendToStream(stream, encoded, { credentials, expectedRevision: "no_stream" }).then(
        (done) => done.position,
        () => undefined
      )
    })
    return { ids: list.map(({ id }) => id), position: Number(position.commit) }
  }
  const append: FeedUnderTest["append"] = async (count = 1, { isKnown = true, note, stream } = {}) => {
    const name = stream ?? `registration-${newId()}`
    const { ids, position } = await store(prefix + name, [name, noStream, count, note])
    if (isKnown) feed.advance(position)
    return { stream: name, ids, position }
  }
  const appendForeign = async (count: number) =>
    (await store(`foreign-${newId()}`, ["foreign", noStream, count])).position

  const page: FeedUnderTest["page"] = (after, limit = 500) => Effect.runPromise(feed.feed(after, limit))
  const follow: FeedUnderTest["follow"] = (after) => {
    const ending = new AbortController()
    const followed: Followed = {
      ids: [],
      pages: [],
      failures: [],
      until: async (what, ask) => void (await eventually(what, () => ask(followed))),
      stop: async () => {
        ending.abort()
        await running
      }
    }
    const work = Effect.gen(function* () {
      let position = after
      while (true) {
        const next = yield* Effect.result(feed.feed(position, 500))
        if (next._tag === "Failure") {
          followed.failures.push(next.failure.code)
          yield* Effect.sleep(50)
          continue
        }
        const { events, upTo } = next.success
        followed.pages.push(next.success)
        followed.ids.push(...events.map(({ id }) => id))
        if (upTo === position) yield* feed.waitBeyond(position)
        position = upTo
      }
    })
    const running = Effect.runPromiseExit(work, { signal: ending.signal })
    onTestFinished(() => followed.stop())
    return followed
  }
  const session: FeedUnderTest["session"] = (after) => {
    let looks = 0
    const look = Effect.sync(() => {
      looks++
    })
    const session = new Session(after, {
      clients: connection.clients,
      all: { last: (before) => Effect.tap(all.last(before), look) },
      names,
      horizon: { appended: 0, known: 0 },
      timings: { silence: 5_000, endCheck: 60_000 },
      onInterrupted: (_, code) => write("feed_interrupted", { code }),
      onFollowed: () => {},
      onDestroyed: () => {}
    })
    onTestFinished(() => session.close())
    return { session, looks: () => looks }
  }
  const waitBeyond: FeedUnderTest["waitBeyond"] = (after, signal) =>
    Effect.runPromise(feed.waitBeyond(after), signal === undefined ? {} : { signal })
  return {
    prefix,
    start,
    page,
    waitBeyond,
    append,
    appendForeign,
    follow,
    session,
    lines,
    subscriptions,
    connection,
    close
  }
}
