import type { EventStoreDBClient } from "@eventstore/db-client"
import { assert, describe, it } from "vitest"
import {
  appending,
  collect,
  errorOf,
  event,
  events,
  follow,
  hasFailed,
  newStream,
  revisionsOf
} from "../support/eventstoredb/connection.ts"
import { eventually } from "../support/eventually.ts"

/** What EventStoreDB 24.6.0 does with deleted and truncated streams. */
export const eventStoreDbDeletions = (name: string, connect: () => EventStoreDBClient) =>
  describe(`EventStoreDB deletions: ${name}`, () => {
    const append = appending(connect)
    const read = (stream: string) => collect(connect().readStream(stream))
    const givenStream = async (count = 1) => {
      const stream = newStream()
      await append(stream, events(count), { expectedRevision: "no_stream" })
      return stream
    }
    const setMetadata = (stream: string, metadata: Parameters<EventStoreDBClient["setStreamMetadata"]>[1]) =>
      connect().setStreamMetadata(stream, metadata, { credentials: { username: "admin", password: "changeit" } })
    const inAll = async (stream: string) => {
      const latest = await collect(connect().readAll({ direction: "backwards", fromPosition: "end", maxCount: 50 }))
      return latest.filter(({ event }) => event?.streamId === stream)
    }

    it("finds no stream that was deleted, lets it be created again, and counts on", async () => {
      const stream = await givenStream()
      const { position } = await connect().deleteStream(stream, { expectedRevision: 0n })
      assert.strictEqual(typeof position?.commit, "bigint")
      assert.strictEqual((await errorOf(read(stream))).type, "stream-not-found")
      const again = await append(stream, event(), { expectedRevision: "no_stream" })
      assert.strictEqual(again.nextExpectedRevision, 1n)
      assert.deepStrictEqual(revisionsOf(await read(stream)), [1n])
      await append(stream, event(), { expectedRevision: 1n })
      assert.deepStrictEqual(revisionsOf(await read(stream)), [1n, 2n])
    })

    it("writes a deletion as the stream's metadata", async () => {
      const stream = await givenStream()
      const { position } = await connect().deleteStream(stream, { expectedRevision: "any" })
      const [deletion] = await collect(connect().readStream(`$$${stream}`))
      assert.deepStrictEqual([deletion?.event?.type, deletion?.event?.position], ["$metadata", position])
      // As near as a number of JavaScript comes to 9223372036854775807.
      assert.deepStrictEqual(deletion?.event?.data, { $tb: 2 ** 63 })
      assert.lengthOf(await inAll(`$$${stream}`), 1)
    })

    it("deletes only at the right revision, and nothing that is missing", async () => {
      const [stream, missing] = [await givenStream(2), newStream()]
      const refusals = [
        [stream, 0n, 0n, 1n],
        [stream, "no_stream", -1n, 1n],
        [missing, "any", -2n, -1n],
        [missing, 0n, 0n, -1n]
      ] as const
      for (const [streamName, expectedRevision, expectedVersion, actualVersion] of refusals) {
        const error = await errorOf(connect().deleteStream(streamName, { expectedRevision }))
        const told = { type: "wrong-expected-version", code: 9, streamName, expectedVersion, actualVersion }
        assert.deepInclude(error, told)
      }
      assert.lengthOf(await read(stream), 2)
    })

    it("tells those who expect a stream to exist that it was deleted", async () => {
      const stream = await givenStream()
      await connect().deleteStream(stream)
      const error = await errorOf(append(stream, event(), { expectedRevision: "stream_exists" }))
      assert.strictEqual(error.type, "stream-deleted")
    })

    it("ends a stream for ever with a tombstone", async () => {
      const stream = await givenStream()
      const { position } = await connect().tombstoneStream(stream, { expectedRevision: 0n })
      assert.strictEqual(typeof position?.commit, "bigint")
      for (const expectedRevision of ["no_stream", "any", 0n] as const) {
        const error = await errorOf(append(stream, event(), { expectedRevision }))
        assert.deepInclude(error, { type: "stream-deleted", code: 9, streamName: stream })
      }
      const deletions = [read(stream), connect().deleteStream(stream), connect().tombstoneStream(stream)]
      for (const work of deletions) assert.deepInclude(await errorOf(work), { type: "stream-deleted", code: 9 })
      const followed = await follow(connect().subscribeToStream(stream)).until("its end", hasFailed)
      assert.deepInclude(followed.error(), { type: "stream-deleted", code: 9, streamName: stream })
      assert.deepStrictEqual(followed.events, [])
      const [tombstone] = await inAll(stream)
      assert.deepInclude(tombstone?.event, { type: "$streamDeleted", revision: 9223372036854775807n })
      assert.deepStrictEqual(tombstone?.event?.position, position)
    })

    it("answers a shared append to a tombstone with the same error", async () => {
      const stream = await givenStream()
      await connect().tombstoneStream(stream)
      const error = await errorOf(connect().appendToStream(stream, event()))
      assert.deepInclude(error, { type: "stream-deleted", streamName: stream })
    })

    it("hides what stands before a stream's beginning, and not from $all", async () => {
      const stream = await givenStream(5)
      await setMetadata(stream, { truncateBefore: 3 })
      assert.deepStrictEqual(revisionsOf(await read(stream)), [3n, 4n])
      assert.deepStrictEqual(revisionsOf(await collect(connect().readStream(stream, { fromRevision: 1n }))), [3n, 4n])
      const backwards = connect().readStream(stream, { direction: "backwards", fromRevision: "end" })
      assert.deepStrictEqual(revisionsOf(await collect(backwards)), [4n, 3n])
      assert.lengthOf(await inAll(stream), 5)
      await setMetadata(stream, { truncateBefore: 5 })
      assert.deepStrictEqual(await read(stream), [])
      assert.strictEqual((await append(stream, event(), { expectedRevision: 4n })).nextExpectedRevision, 5n)
      assert.deepStrictEqual(revisionsOf(await read(stream)), [5n])
    })

    it("hides all but the last events of a stream, or what is too old", async () => {
      const [counted, aged] = [await givenStream(5), await givenStream(2)]
      await setMetadata(counted, { maxCount: 2 })
      assert.deepStrictEqual(revisionsOf(await read(counted)), [3n, 4n])
      await append(counted, event(), { expectedRevision: 4n })
      assert.deepStrictEqual(revisionsOf(await read(counted)), [4n, 5n])
      await setMetadata(aged, { maxAge: 3600 })
      assert.lengthOf(await read(aged), 2)
      await setMetadata(aged, { maxAge: 1 })
      await eventually("the events to grow old", async () => (await read(aged)).length === 0)
      await setMetadata(aged, {})
      assert.lengthOf(await read(aged), 2)
    })

    it("keeps one event of metadata in sight", async () => {
      const stream = await givenStream()
      for (const maxCount of [3, 4]) await setMetadata(stream, { maxCount })
      assert.deepStrictEqual(revisionsOf(await read(`$$${stream}`)), [1n])
      assert.deepStrictEqual((await connect().getStreamMetadata(stream)).metadata, { maxCount: 4 })
    })
  })
