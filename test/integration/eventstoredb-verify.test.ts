import { EventStoreDBClient } from "@eventstore/db-client"
import { Effect, Layer, Redacted } from "effect"
import { afterAll, expect, it } from "vitest"
import { eventStoreDbLayer } from "../../src/adapters/eventstoredb/event-store.ts"
import { newId } from "../../src/application/history/ids.ts"
import { verifyLog } from "../../src/application/proof/verifying/verify-log.ts"
import { readingStores } from "../../src/infrastructure/reading.ts"
import { event } from "../support/eventstoredb/connection.ts"
import { startEventStoreDb } from "../support/eventstoredb/server-process.ts"
import { recordedLog } from "../support/recorded-log.ts"
import { logId, registrations, reported, signedLog } from "../support/signed-log.ts"
import { signingKey } from "../support/signing-keys.ts"
import { sqliteWithoutLog } from "../support/sqlite.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const server = await startEventStoreDb()
const client = EventStoreDBClient.connectionString(server.url)
afterAll(async () => {
  await client.dispose()
  await server.kill()
})

/** A log of 60 events in EventStoreDB, half of them covered by a checkpoint, and what it is verified with. */
const written = async () => {
  const dataDir = temporaryFolder()
  const options = { url: Redacted.make(server.url), streamPrefix: `${newId()}-` }
  const streams = registrations(6)
  const signer = signingKey(1)
  const data = { logId, vaultId: "v", esignEnvironment: "custom", signer: signer.publicKey }
  await Effect.gen(function* () {
    const log = yield* signedLog(signer, { version: 2, data })
    for (let round = 0; round < 10; round++) {
      for (const stream of streams) yield* log.append(stream, [reported])
      if (round === 4) yield* log.checkpoint()
    }
  }).pipe(
    Effect.provide(
      Layer.merge(Layer.provide(eventStoreDbLayer(options), recordedLog().layer), sqliteWithoutLog(dataDir))
    ),
    Effect.runPromise
  )
  const stores = readingStores({ dataDir, eventStore: { kind: "eventstoredb", ...options } }, "if_usable")
  const verify = () => Effect.runPromise(verifyLog(undefined, () => Effect.void).pipe(Effect.provide(stores)))
  return { streams, prefix: options.streamPrefix, verify }
}

it("finds nothing wrong where nothing is, and what somebody else wrote into a stream of ours", async () => {
  const { streams, prefix, verify } = await written()
  expect(await verify()).toMatchObject({ events: 62, streams: 8, checkpoints: 1, uncovered: 30, more: 0 })
  expect(await verify()).not.toHaveProperty("first")
  await client.appendToStream(`${prefix}${streams[0]}`, [event()])
  expect(await verify()).toMatchObject({
    first: expect.stringContaining(
      `The event at revision 10 of the stream ${streams[0]} was not written by this service.`
    ),
    more: 0
  })
})

it("finds that a stream is gone", async () => {
  const { streams, prefix, verify } = await written()
  await client.deleteStream(`${prefix}${streams[0]}`)
  await server.scavenge()
  expect(await verify()).toMatchObject({
    first: expect.stringMatching(
      /^The events at positions \d+ to \d+ are not those of the checkpoint at revision 0 of .*: it has 31 events, and there are 26\.$/
    )
  })
})
