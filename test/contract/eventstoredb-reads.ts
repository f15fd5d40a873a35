import { once } from "node:events"
import { connect as connectHttp2 } from "node:http2"
import { binaryEvent, type EventStoreDBClient, streamNameFilter } from "@eventstore/db-client"
import { assert, describe, it } from "vitest"
import {
  appending,
  collect,
  errorOf,
  event,
  events,
  idsOf,
  newStream,
  revisionsOf
} from "../support/eventstoredb/connection.ts"

/** What EventStoreDB 24.6.0 answers to reads. */
export const eventStoreDbReads = (name: string, connect: () => EventStoreDBClient, httpUrl: () => string) =>
  describe(`EventStoreDB reads: ${name}`, () => {
    const append = appending(connect)
    const givenStream = async (count: number) => {
      const stream = newStream()
      const { position } = await append(stream, events(count), { expectedRevision: "no_stream" })
      if (position === undefined) throw new Error("no position")
      return { stream, position }
    }
    const read = async (stream: string, options: Parameters<EventStoreDBClient["readStream"]>[1] = {}) =>
      revisionsOf(await collect(connect().readStream(stream, options)))

    it("reads a stream from a revision on, it included, in both directions", async () => {
      const { stream } = await givenStream(100)
      const forwards = Array.from({ length: 100 }, (_, i) => BigInt(i))
      assert.deepStrictEqual(await read(stream), forwards)
      assert.deepStrictEqual(await read(stream, { fromRevision: 97n }), [97n, 98n, 99n])
      assert.deepStrictEqual(await read(stream, { fromRevision: 5n, maxCount: 2 }), [5n, 6n])
      assert.deepStrictEqual(await read(stream, { direction: "backwards", fromRevision: "end", maxCount: 2 }), [
        99n,
        98n
      ])
      assert.deepStrictEqual(await read(stream, { direction: "backwards", fromRevision: 1n }), [1n, 0n])
    })

    it("gives an event back as it was appended", async () => {
      const stream = newStream()
      const metadata = { $correlationId: "c", $causationId: "d" }
      const data = { text: "é", list: [1, null] }
      const json = { ...event(data), metadata }
      const binary = binaryEvent({ type: "Photographed", data: Buffer.from([0, 255, 1]) })
      await append(stream, [json, binary], { expectedRevision: "no_stream" })
      const [first, second] = await collect(connect().readStream(stream))
      const { id, type } = json
      assert.deepInclude(first?.event, { streamId: stream, id, type, data, metadata, isJson: true, revision: 0n })
      assert.deepInclude(second?.event, { type: "Photographed", isJson: false, metadata: undefined })
      assert.deepStrictEqual(Array.from((second?.event?.data ?? []) as Uint8Array), [0, 255, 1])
      assert.isBelow(Math.abs(Date.now() - (first?.event?.created.getTime() ?? 0)), 3_600_000)
    })

    it("finds nothing beyond the end of a stream", async () => {
      const { stream } = await givenStream(2)
      assert.deepStrictEqual(await read(stream, { fromRevision: 2n }), [])
      assert.deepStrictEqual(await read(stream, { fromRevision: 1_000_000n }), [])
    })

    it("says that a stream is missing", async () => {
      const stream = newStream()
      assert.deepInclude(await errorOf(read(stream)), { type: "stream-not-found", streamName: stream })
    })

    it("cannot read no events, nor forwards from the end of a stream", async () => {
      const { stream } = await givenStream(1)
      for (const options of [{ maxCount: 0 }, { fromRevision: "end" }] as const) {
        const error = await errorOf(read(stream, options))
        assert.deepInclude(error, { type: "unknown", code: 2 })
        assert.include(error.message, "Unexpected ReadStreamResult: Error")
      }
    })

    it("reads $all from a position on, it included, and nothing beyond the end", async () => {
      const { stream, position } = await givenStream(1)
      await append(stream, event(), { expectedRevision: 0n })
      const all = await collect(connect().readAll({ fromPosition: position }))
      assert.deepStrictEqual(all[0]?.event?.position, position)
      const places = all.map(({ event }) => event?.position?.commit ?? 0n)
      assert.deepStrictEqual(
        places,
        [...new Set(places)].sort((a, b) => Number(a - b))
      )
      const beyond = (places.at(-1) ?? 0n) + 1_000_000_000n
      assert.deepStrictEqual(
        await collect(connect().readAll({ fromPosition: { commit: beyond, prepare: beyond } })),
        []
      )
    })

    it("refuses to read $all from a number that is no position", async () => {
      const { position } = await givenStream(2)
      const fromPosition = { commit: position.commit - 1n, prepare: position.prepare - 1n }
      const error = await errorOf(collect(connect().readAll({ fromPosition, maxCount: 1 })))
      assert.deepInclude(error, { type: "unknown", code: 2 })
      assert.include(error.message, "InvalidPosition")
    })

    it("answers the last event of $all backwards from its end", async () => {
      const { position } = await givenStream(1)
      const [last] = await collect(connect().readAll({ direction: "backwards", fromPosition: "end", maxCount: 1 }))
      assert.isTrue((last?.event?.position?.commit ?? 0n) >= position.commit)
    })

    it("is not asked by this client to filter what it reads", async () => {
      const { stream, position } = await givenStream(1)
      const other = await givenStream(3)
      const options = { fromPosition: position, filter: streamNameFilter({ prefixes: [stream] }) }
      const streams = (await collect(connect().readAll(options))).map(({ event }) => event?.streamId)
      assert.lengthOf(
        streams.filter((streamId) => streamId === other.stream),
        3
      )
    })

    it("resolves links, and shows only the link where nothing is behind it", async () => {
      const { stream } = await givenStream(2)
      const links = newStream()
      const link = (target: string) => binaryEvent({ type: "$>", data: Buffer.from(target) })
      await append(links, [link(`1@${stream}`), link(`7@${stream}`)], { expectedRevision: "no_stream" })
      const [resolved, dead] = await collect(connect().readStream(links, { resolveLinkTos: true }))
      assert.deepInclude(resolved?.event, { streamId: stream, revision: 1n, type: "Noted" })
      assert.deepInclude(resolved?.link, { streamId: links, revision: 0n, type: "$>" })
      assert.deepStrictEqual([dead?.event, dead?.link?.revision], [undefined, 1n])
      assert.deepStrictEqual(await read(links), [0n, 1n])
    })

    it("shows events of the server itself in $all", async () => {
      const { stream, position } = await givenStream(1)
      await connect().deleteStream(stream)
      const types = (await collect(connect().readAll({ fromPosition: position }))).map(({ event }) => event?.type)
      assert.include(types, "$metadata")
    })

    it("reads $all alike in both directions", async () => {
      const first = (await givenStream(1)).position
      await givenStream(70)
      const forwards = idsOf(await collect(connect().readAll({ fromPosition: first, maxCount: 71 })))
      const backwards = connect().readAll({ direction: "backwards", fromPosition: "end", maxCount: 200 })
      const found = idsOf(await collect(backwards)).reverse()
      const start = found.indexOf(forwards[0])
      assert.deepStrictEqual(found.slice(start, start + 71), forwards)
    })

    it("says that it is alive and leads, and runs a hundred calls at most on a connection", async () => {
      assert.strictEqual((await fetch(`${httpUrl()}/health/live`)).status, 204)
      const info = (await (await fetch(`${httpUrl()}/info`)).json()) as Record<string, unknown>
      assert.match(String(info["state"]), /^leader$/i)
      assert.match(String(info["esVersion"]), /^\d+\.\d+\.\d+/)
      const session = connectHttp2(httpUrl())
      await once(session, "remoteSettings")
      assert.strictEqual(session.remoteSettings.maxConcurrentStreams, 100)
      session.destroy()
    })

    it("tells its version, and which methods it has", async () => {
      const capabilities = await Reflect.get(connect(), "capabilities")
      assert.match(capabilities.serverVersion, /^\d+\.\d+\.\d+/)
      const path = "/event_store.client.streams.Streams/BatchAppend"
      assert.isTrue(capabilities.supports({ path }))
    })
  })
