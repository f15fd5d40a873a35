import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { Effect, Layer, Redacted } from "effect"
import { eventStoreDbLayer } from "../src/adapters/eventstoredb/event-store.ts"
import { openReader } from "../src/adapters/sqlite/connection.ts"
import * as schema from "../src/adapters/sqlite/schema.ts"
import { chain } from "../src/application/history/chain.ts"
import { newId, streamOf } from "../src/application/history/ids.ts"
import { EventStore, type NewEvent, noStream } from "../src/application/ports/event-store.ts"
import { encodeEvent } from "../src/domain/registration/event-codec.ts"
import { startEventStoreDb } from "../test/support/eventstoredb/server-process.ts"
import { recordedLog } from "../test/support/recorded-log.ts"
import { histories } from "../test/support/registration-events.ts"
import { newEvent } from "../test/support/stored-events.ts"
import { silentPlatform } from "./accept.ts"
import { appendBare, subscribeBare } from "./eventstoredb-raw.ts"
import { alternate } from "./rounds.ts"
import { startStack } from "./stack.ts"

const inFlight = 64
const appends = 4000
/** Brings an event to 900 bytes. */
const filler = "x".repeat(530)
const origin = { actor: { kind: "client", id: "bench" }, correlationId: newId() } as const
const history = histories.issued.map(encodeEvent)

const prefixed = () => `bench_${crypto.randomUUID().slice(0, 8)}_`
const perSecond = (count: number, since: number) => (count / (performance.now() - since)) * 1000

const layer = (url: string, streamPrefix: string) =>
  eventStoreDbLayer({ url: Redacted.make(url), streamPrefix }).pipe(Layer.provide(recordedLog().layer))

const onStore = <A, E>(url: string, streamPrefix: string, work: Effect.Effect<A, E, EventStore>): Promise<A> =>
  Effect.runPromise(Effect.provide(work, layer(url, streamPrefix)))

/** Each a registration: its stream has the name that the feed looks for. */
const newEvents = (prefix: string) =>
  Array.from({ length: appends }, () => newEvent(prefix + streamOf(newId()), 0, filler))

const appendThroughPort = Effect.fnUntraced(function* (events: ReadonlyArray<NewEvent>) {
  const store = yield* EventStore
  const start = performance.now()
  yield* Effect.forEach(events, (event) => store.append(event.stream, noStream, [event]), {
    concurrency: inFlight,
    discard: true
  })
  return perSecond(events.length, start)
})

/** Whole registrations; answers how many events. */
const fill = Effect.fnUntraced(function* (atLeast: number) {
  const store = yield* EventStore
  const registrations = Math.ceil(atLeast / history.length)
  const fillOne = () => {
    const stream = streamOf(newId())
    return store.append(stream, noStream, chain(stream, noStream, history, origin, Date.now()))
  }
  yield* Effect.forEach(Array.from({ length: registrations }), fillOne, { concurrency: inFlight, discard: true })
  return registrations * history.length
})

const feedThroughPort = Effect.fnUntraced(function* (count: number) {
  const store = yield* EventStore
  const start = performance.now()
  let position = 0
  for (let seen = 0; seen < count; ) {
    const { events, upTo } = yield* store.feed(position, 500)
    if (upTo === position) yield* store.waitBeyond(position)
    seen += events.length
    position = upTo
  }
  return perSecond(count, start)
})

/** MiB that a process had at most. Linux only. */
const peakMiB = (pid: number): number =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024

/** A service whose rows are so many events behind: its memory at most, and how long it takes. */
const catchUp = async (url: string, count: number) => {
  const dataDir = mkdtempSync(join(tmpdir(), "certreg-bench-"))
  const streamPrefix = prefixed()
  const env = { EVENT_STORE: "eventstoredb", EVENTSTOREDB_URL: url, EVENTSTOREDB_STREAM_PREFIX: streamPrefix }
  await (await startStack(false, { ...silentPlatform, dataDir, env: { ...silentPlatform.env, ...env } })).stop()
  const events = await onStore(url, streamPrefix, fill(count))
  const end = await onStore(
    url,
    streamPrefix,
    EventStore.use((store) => store.positionBefore(0))
  )
  const start = performance.now()
  const stack = await startStack(false, { ...silentPlatform, dataDir, env: { ...silentPlatform.env, ...env } })
  const views = openReader(dataDir, schema.views)
  const position = views.prepare("SELECT position FROM generations NATURAL JOIN live")
  while (Number(position.get()?.["position"]) < end) await pause(100)
  const seconds = (performance.now() - start) / 1000
  const mib = Math.round(peakMiB(stack.service.pid))
  views.close()
  await stack.stop()
  rmSync(dataDir, { recursive: true })
  return { events, mib, perSecond: Math.round(events / seconds) }
}

/** How long after the server is back the feed goes on, in milliseconds, and whether it is whole: each event once, in order. */
const overRestart = async (rounds: number) => {
  const data = mkdtempSync(join(tmpdir(), "certreg-bench-"))
  const server = await startEventStoreDb({ data })
  const gaps: Array<number> = []
  let isWhole = true
  const measure = Effect.fnUntraced(function* () {
    const store = yield* EventStore
    let position = 0
    const seen: Array<string> = []
    const nextPage = Effect.fnUntraced(function* () {
      const { events, upTo } = yield* store.feed(position, 500)
      if (upTo === position) yield* store.waitBeyond(position)
      seen.push(...events.map(({ id }) => id))
      position = upTo
    })
    const appended: Array<string> = []
    const appendOne = () => {
      const stream = streamOf(newId())
      const event = newEvent(stream, 0, filler)
      appended.push(event.id)
      return Effect.retry(store.append(stream, noStream, [event]), { while: ({ _tag }) => _tag !== "RevisionConflict" })
    }
    for (let round = 0; round < rounds; round++) {
      yield* appendOne()
      while (seen.length < appended.length) yield* nextPage()
      yield* Effect.promise(() => server.restart("SIGKILL"))
      const back = performance.now()
      yield* appendOne()
      while (seen.length < appended.length) yield* nextPage()
      gaps.push(performance.now() - back)
    }
    isWhole = appended.join() === seen.join()
  })
  await onStore(server.url, "", measure())
  await server.kill()
  rmSync(data, { recursive: true })
  return { slowest: Math.round(Math.max(...gaps)), isWhole }
}

/** On the server that `EVENTSTOREDB_URL` names, else on the double of the tests. */
export const run = async ({ rounds = 3, behind = 200_000, restarts = 5 } = {}) => {
  const given = process.env["EVENTSTOREDB_URL"]
  const server = given === undefined ? await startEventStoreDb() : undefined
  const url = given ?? server?.url ?? ""
  const append = await alternate(
    "append",
    rounds,
    () => appendBare(url, newEvents(prefixed()), inFlight),
    () => onStore(url, prefixed(), appendThroughPort(newEvents("")))
  )
  const streamPrefix = prefixed()
  const count = await onStore(url, streamPrefix, fill(20_000))
  const feed = await alternate(
    "feed",
    rounds,
    () => subscribeBare(url, streamPrefix, count),
    () => onStore(url, streamPrefix, feedThroughPort(count))
  )
  const follower = await catchUp(url, behind)
  await server?.kill()
  return {
    server: given === undefined ? "double of the tests" : "server of EVENTSTOREDB_URL",
    append,
    feed,
    follower,
    restart: await overRestart(restarts)
  }
}

if (import.meta.main) console.log(await run())
