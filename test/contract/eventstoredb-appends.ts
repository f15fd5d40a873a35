import { randomUUID } from "node:crypto"
import { type AppendExpectedRevision, type EventStoreDBClient, jsonEvent } from "@eventstore/db-client"
import { assert, describe, it } from "vitest"
import {
  appending,
  collect,
  credentials,
  errorOf,
  event,
  events,
  idsOf,
  newStream,
  revisionsOf
} from "../support/eventstoredb/connection.ts"

/** Each append in a call of its own, or all of them on one. */
const paths = { unary: { credentials }, batch: {} }
const largest = 1_048_576

/** What EventStoreDB 24.6.0 answers to appends. */
export const eventStoreDbAppends = (name: string, connect: () => EventStoreDBClient) => {
  describe.each(Object.entries(paths))(`EventStoreDB appends (%s): ${name}`, (path, way) => {
    const append = appending(connect, way)
    const read = (stream: string) => collect(connect().readStream(stream))
    const refused = async (
      stream: string,
      list: ReturnType<typeof events>,
      expectedRevision: AppendExpectedRevision
    ) => {
      const error = await errorOf(append(stream, list, { expectedRevision }))
      assert.deepInclude(error, { type: "wrong-expected-version", message: "", code: undefined, streamName: stream })
      return [error.expectedVersion, error.actualVersion]
    }

    it("refuses a wrong revision, and says what was expected and what there is", async () => {
      const [missing, stream] = [newStream(), newStream()]
      await append(stream, events(2), { expectedRevision: "no_stream" })
      assert.deepStrictEqual(await refused(stream, events(1), "no_stream"), ["no_stream", 1n])
      assert.deepStrictEqual(await refused(stream, events(1), 0n), [0n, 1n])
      assert.deepStrictEqual(await refused(stream, events(1), 2n), [2n, 1n])
      assert.deepStrictEqual(await refused(missing, events(1), "stream_exists"), ["stream_exists", "no_stream"])
      assert.deepStrictEqual(await refused(missing, events(1), 0n), [0n, "no_stream"])
      assert.lengthOf(await read(stream), 2)
    })

    it("throws at a wrong revision although the call asks for an answer", async () => {
      const stream = newStream()
      await append(stream, event())
      const options = { expectedRevision: "no_stream", throwOnAppendFailure: false } as const
      assert.strictEqual((await errorOf(append(stream, event(), options))).type, "wrong-expected-version")
    })

    it("lets exactly one of two create a stream, a hundred times", async () => {
      const races = Array.from({ length: 100 }, async () => {
        const stream = newStream()
        const rivals = [1, 2].map(() => append(stream, event(), { expectedRevision: "no_stream" }))
        return (await Promise.allSettled(rivals)).filter(({ status }) => status === "fulfilled").length
      })
      assert.deepStrictEqual([...new Set(await Promise.all(races))], [1])
    })

    it("answers the same append at the same revision alike, also after others", async () => {
      const stream = newStream()
      const [created, more] = [events(2), events(3)]
      const first = await append(stream, created, { expectedRevision: "no_stream" })
      const second = await append(stream, more, { expectedRevision: 1n })
      assert.deepStrictEqual([first.nextExpectedRevision, second.nextExpectedRevision], [1n, 4n])
      await append(newStream(), events(3))
      assert.deepStrictEqual(await append(stream, created, { expectedRevision: "no_stream" }), first)
      assert.deepStrictEqual(await append(stream, more, { expectedRevision: 1n }), second)
      assert.deepStrictEqual(
        idsOf(await read(stream)),
        [...created, ...more].map(({ id }) => id)
      )
    })

    it("takes the beginning of a stored append as its repeat", async () => {
      const stream = newStream()
      const list = events(3)
      await append(stream, list, { expectedRevision: "no_stream" })
      const again = await append(stream, list.slice(0, 2), { expectedRevision: "no_stream" })
      assert.deepInclude(again, { success: true, nextExpectedRevision: 1n })
      assert.lengthOf(await read(stream), 3)
    })

    it("refuses what repeats an append and adds to it, changes its order, or leaves something out", async () => {
      const stream = newStream()
      const [a, b, c] = events(3)
      if (!a || !b || !c) throw new Error("no events")
      await append(stream, [a, b, c], { expectedRevision: "no_stream" })
      for (const list of [
        [a, b, c, event()],
        [a, event()],
        [b, a],
        [a, c]
      ])
        assert.deepStrictEqual(await refused(stream, list, "no_stream"), ["no_stream", 2n])
      for (const list of [
        [a, b, c, event()],
        [b, a],
        [a, c]
      ])
        assert.deepStrictEqual(await refused(stream, list, "any"), ["any", 2n])
      assert.lengthOf(await read(stream), 3)
    })

    it("recognises a recent repeat at any revision", async () => {
      const stream = newStream()
      const list = events(2)
      const first = await append(stream, list, { expectedRevision: "any" })
      assert.deepStrictEqual(await append(stream, list, { expectedRevision: "any" }), first)
      assert.deepStrictEqual(await append(stream, list, { expectedRevision: "stream_exists" }), first)
      assert.lengthOf(await read(stream), 2)
    })

    it("stores an event again at a raised revision, in another stream, and twice in one append", async () => {
      const [stream, other] = [newStream(), newStream()]
      const one = event()
      await append(stream, one, { expectedRevision: "no_stream" })
      await append(stream, one, { expectedRevision: 0n })
      await append(other, [one, one], { expectedRevision: "no_stream" })
      assert.deepStrictEqual(idsOf([...(await read(stream)), ...(await read(other))]), Array(4).fill(one.id))
    })

    it("does not compare data: the same id with other data is a repeat", async () => {
      const stream = newStream()
      const id = randomUUID()
      for (const number of [1, 2])
        await append(stream, jsonEvent({ id, type: "Noted", data: { number } }), { expectedRevision: "no_stream" })
      assert.deepStrictEqual(
        (await read(stream)).map(({ event }) => event?.data),
        [{ number: 1 }]
      )
    })

    it("says that an append of nothing succeeded, and there is no stream", async () => {
      const stream = newStream()
      const { success, nextExpectedRevision } = await append(stream, [], { expectedRevision: "no_stream" })
      assert.deepStrictEqual([success, nextExpectedRevision], [true, 0n])
      assert.strictEqual((await errorOf(read(stream))).type, "stream-not-found")
    })

    it("takes 1,048,576 bytes in one append and not one more, and goes on", async () => {
      const bytes = (count: number) => [
        jsonEvent({ type: "Noted", data: "x".repeat(count / 2 - 2 - "Noted".length * 2) })
      ]
      const half = (more: number) => [...bytes(largest), ...bytes(largest + more * 2)]
      await append(newStream(), half(0), { expectedRevision: "no_stream" })
      for (const list of [half(1), bytes(10_000_000)]) {
        const error = await errorOf(append(newStream(), list, { expectedRevision: "no_stream" }))
        assert.deepInclude(error, { type: "maximum-append-size-exceeded", maxAppendSize: largest })
        assert.strictEqual(error.code, path === "unary" ? 3 : undefined)
      }
      await append(newStream(), event(), { expectedRevision: "no_stream" })
    })

    it("knows no stream without a name", async () => {
      const error = await errorOf(append("", event()))
      assert.strictEqual(error.type, "unknown")
      if (path === "unary") assert.strictEqual(error.code, 2)
      else assert.strictEqual(error.message, "Could not recognize BadRequest")
    })

    it("gives each event of an append a position of its own, in bytes, and answers the last", async () => {
      const stream = newStream()
      const { position } = await append(stream, events(3), { expectedRevision: "no_stream" })
      const positions = (await read(stream)).map(({ event }) => event?.position)
      assert.deepStrictEqual(positions.at(-1), position)
      const commits = positions.map((place) => place?.commit ?? 0n)
      assert.deepStrictEqual(
        commits,
        positions.map((place) => place?.prepare ?? 1n)
      )
      const steps = [1, 2].map((i) => Number((commits[i] ?? 0n) - (commits[i - 1] ?? 0n)))
      assert.isTrue(steps.every((step) => step > stream.length))
      assert.deepStrictEqual(revisionsOf(await read(stream)), [0n, 1n, 2n])
    })

    it("connects again by itself after it was disposed of", async () => {
      await connect().dispose()
      assert.isTrue((await append(newStream(), event())).success)
    })
  })

  it(`EventStoreDB appends (batch): ${name} > stores nothing whose deadline is past`, async () => {
    const stream = newStream()
    const error = await errorOf(connect().appendToStream(stream, event(), { deadline: -1000 }))
    assert.strictEqual(error.type, "deadline-exceeded")
    assert.strictEqual((await errorOf(collect(connect().readStream(stream)))).type, "stream-not-found")
  })
}
