import { appendFileSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { EventStoreDBClient } from "@eventstore/db-client"
import { assert, it, onTestFinished } from "vitest"
import {
  appending,
  caughtUp,
  collect,
  errorOf,
  event,
  events,
  follow,
  hasFailed,
  idsOf,
  newStream,
  revisionsOf
} from "../support/eventstoredb/connection.ts"
import { type ProcessOptions, startEventStoreDb } from "../support/eventstoredb/server-process.ts"
import { eventually } from "../support/eventually.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

if (process.env["EVENTSTOREDB_URL"] !== undefined) {
  console.log("Restarts and faults run against the EventStoreDB double only; the given server is left as it is.")
}

const start = async (options: ProcessOptions = {}) => {
  const data = temporaryFolder()
  const server = await startEventStoreDb({ data, ...options })
  const client = EventStoreDBClient.connectionString(server.url)
  onTestFinished(async () => {
    server.thaw()
    await server.kill()
    await client.dispose()
  })
  const append = appending(() => client)
  const read = (stream: string) => collect(client.readStream(stream))
  const all = () => collect(client.readAll())
  return { server, client, append, read, all, data }
}

it("has everything after a restart: streams, order, positions, deletions and tombstones", async () => {
  const { server, client, append, read, all } = await start()
  const [stream, deleted, ended] = [newStream(), newStream(), newStream()]
  const first = await append(stream, events(3), { expectedRevision: "no_stream" })
  for (const name of [deleted, ended]) await append(name, event())
  await client.deleteStream(deleted)
  await client.tombstoneStream(ended)
  const before = await all()
  await server.restart()
  const after = await all()
  assert.deepStrictEqual(after.slice(0, before.length), before)
  assert.strictEqual((await errorOf(read(deleted))).type, "stream-not-found")
  assert.strictEqual((await errorOf(read(ended))).type, "stream-deleted")
  const next = await append(stream, event(), { expectedRevision: 2n })
  assert.isTrue((next.position?.commit ?? 0n) > (first.position?.commit ?? 0n))
  assert.strictEqual((await append(deleted, event(), { expectedRevision: "no_stream" })).nextExpectedRevision, 1n)
})

it("recognises repeats at exact revisions after a restart, and no others", async () => {
  const { server, append, read } = await start()
  const [exact, any] = [newStream(), newStream()]
  const list = events(2)
  const first = await append(exact, list, { expectedRevision: "no_stream" })
  await append(any, list, { expectedRevision: "any" })
  await append(any, list, { expectedRevision: "any" })
  assert.lengthOf(await read(any), 2)
  await server.restart()
  assert.deepStrictEqual(await append(exact, list, { expectedRevision: "no_stream" }), first)
  assert.lengthOf(await read(exact), 2)
  await append(any, list, { expectedRevision: "any" })
  await append(any, list.slice(0, 1), { expectedRevision: "stream_exists" })
  assert.lengthOf(await read(any), 4)
})

it("forgets repeats at any revision when too much came between, and those at exact ones never", async () => {
  const { append, read } = await start({ bytesOfIds: 20_000 })
  const [exact, any] = [newStream(), newStream()]
  const one = event()
  const first = await append(exact, one, { expectedRevision: "no_stream" })
  await append(any, one, { expectedRevision: "any" })
  await append(newStream(), events(20))
  await append(any, one, { expectedRevision: "any" })
  assert.lengthOf(await read(any), 1)
  await append(newStream(), events(500))
  await append(any, one, { expectedRevision: "any" })
  assert.deepStrictEqual(await append(exact, one, { expectedRevision: "no_stream" }), first)
  assert.deepStrictEqual([(await read(any)).length, (await read(exact)).length], [2, 1])
})

it("loses nothing that it acknowledged when it is killed, and stores each event once when all are sent again", async () => {
  const { server, append, read } = await start()
  const sent = Array.from({ length: 200 }, () => ({ stream: newStream(), one: event() }))
  let acknowledged = 0
  const send = async ({ stream, one }: (typeof sent)[number]) => {
    await append(stream, one, { expectedRevision: "no_stream" })
    if (++acknowledged === 60) void server.kill()
    return stream
  }
  const outcomes = await Promise.allSettled(sent.map(send))
  const failed = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason.code] : []))
  assert.isAbove(failed.length, 0)
  assert.deepStrictEqual([...new Set(failed)], [14])
  await server.start()
  for (const outcome of outcomes) {
    if (outcome.status === "fulfilled") assert.lengthOf(await read(outcome.value), 1)
  }
  await Promise.all(sent.map(send))
  for (const { stream, one } of sent) assert.deepStrictEqual(idsOf(await read(stream)), [one.id])
})

it("leaves out what was cut off while it was written", async () => {
  const { server, append, read, data } = await start()
  const stream = newStream()
  await append(stream, event())
  await server.kill()
  const path = join(data, "log.jsonl")
  const last = readFileSync(path, "utf8").trimEnd().split("\n").at(-1) ?? ""
  appendFileSync(path, last.slice(0, -10))
  await server.start()
  assert.lengthOf(await read(stream), 1)
  await append(stream, event(), { expectedRevision: 0n })
  await server.restart()
  assert.lengthOf(await read(stream), 2)
})

it("is not there while it is down, and its old clients append again after it", async () => {
  const { server, client, append } = await start()
  const stream = newStream()
  await append(stream, event())
  await server.kill()
  assert.deepInclude(await errorOf(append(stream, event())), { type: "unavailable", code: 14 })
  const shared = await errorOf(client.appendToStream(stream, event()))
  assert.deepStrictEqual([shared.code, shared.type], [14, undefined])
  await server.start()
  await append(stream, event(), { expectedRevision: 0n })
})

it("is alive some time after its start, and takes calls some time after that", async () => {
  const { server, append } = await start()
  const never = 3_600_000
  const health = async () => (await fetch(`${server.httpUrl}/health/live`)).status
  const refusal = async () => (await errorOf(append(newStream(), event()))).message
  await server.kill()
  await server.start({ startingMs: never }, { untilReady: false })
  assert.strictEqual(await health(), 503)
  assert.include(await refusal(), "Server Is Not Ready")
  await server.kill()
  await server.start({ electionMs: never }, { untilReady: false })
  await eventually("a server that is alive", async () => (await health()) === 204)
  assert.include(await refusal(), "Server Is Not Ready")
  await server.restart()
  await append(newStream(), event())
})

it("tells subscribers nothing but an error when it is killed", async () => {
  const { server, client } = await start()
  const followed = await follow(client.subscribeToAll()).until("the end of the log", caughtUp())
  await server.kill()
  await followed.until("its end", hasFailed)
  assert.deepInclude(followed.error(), { type: "unavailable", code: 14 })
  assert.include(followed.error()?.message, "Connection dropped")
  assert.strictEqual(followed.log.at(-1), "error")
  assert.isFalse(followed.subscription.destroyed)
})

it("waits for open subscriptions when it stops, and ends them without a status", async () => {
  const { server, client } = await start({ graceMs: 300 })
  const followed = await follow(client.subscribeToAll()).until("the end of the log", caughtUp())
  const asked = Date.now()
  assert.strictEqual(await server.kill("SIGTERM"), 0)
  assert.isAtLeast(Date.now() - asked, 290)
  await followed.until("its end", hasFailed)
  assert.deepInclude(followed.error(), { type: "unknown", code: 13 })
  assert.include(followed.error()?.message, "Received RST_STREAM with code 0")
})

it("stops at once when nobody subscribes", async () => {
  const { server, append } = await start({ graceMs: 3_600_000 })
  await append(newStream(), event())
  assert.strictEqual(await server.kill("SIGTERM"), 0)
})

it("stores nothing that it was sent while it was frozen and nobody waits for any more", async () => {
  const { server, append, read } = await start()
  const stream = newStream()
  await append(newStream(), event())
  server.freeze()
  const error = await errorOf(append(stream, event(), { expectedRevision: "no_stream", deadline: 500 }))
  assert.deepInclude(error, { type: "deadline-exceeded", code: 4 })
  // The client takes its call back only after it has told us.
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve))
  server.thaw()
  await append(newStream(), event())
  assert.strictEqual((await errorOf(read(stream))).type, "stream-not-found")
})

it("loses the subscribers that ask whether it lives while it is frozen", async () => {
  const { server } = await start()
  const client = EventStoreDBClient.connectionString(`${server.url}&keepAliveInterval=300&keepAliveTimeout=300`)
  const followed = follow(client.subscribeToAll())
  // It may have lost it already, when this process stood still.
  await followed.until("the end of the log", (all) => caughtUp()(all) || hasFailed(all))
  server.freeze()
  await followed.until("its end", hasFailed)
  assert.deepInclude(followed.error(), { type: "unavailable", code: 14 })
})

it("removes for good what is hidden, but not the last event of a stream, and moves nothing", async () => {
  const { server, client, append, read, all } = await start()
  const [stream, deleted] = [newStream(), newStream()]
  const credentials = { username: "a", password: "b" }
  const list = events(5)
  await append(stream, list, { expectedRevision: "no_stream" })
  await append(deleted, events(2), { expectedRevision: "no_stream" })
  await client.setStreamMetadata(stream, { truncateBefore: 3 }, { credentials })
  await client.deleteStream(deleted)
  const before = await all()
  assert.strictEqual(await server.scavenge(), 4)
  const check = async () => {
    const found = await all()
    assert.deepStrictEqual(revisionsOf(found.filter(({ event }) => event?.streamId === stream)), [3n, 4n])
    assert.deepStrictEqual(revisionsOf(found.filter(({ event }) => event?.streamId === deleted)), [1n])
    const kept = found.slice(0, before.length - 4)
    assert.includeDeepMembers(before, kept)
    assert.include(
      found.map(({ event }) => event?.type),
      "$scavengeCompleted"
    )
    assert.deepStrictEqual(revisionsOf(await read(stream)), [3n, 4n])
    const gone = before.find(({ event }) => event?.id === list[0]?.id)?.event?.position
    if (gone === undefined) throw new Error("no position")
    const rest = await collect(client.readAll({ fromPosition: gone, maxCount: 1 }))
    assert.deepStrictEqual(idsOf(rest), [list[3]?.id])
  }
  await check()
  await server.restart()
  await check()
  const error = await errorOf(append(stream, list, { expectedRevision: "no_stream" }))
  assert.strictEqual(error.type, "wrong-expected-version")
})
