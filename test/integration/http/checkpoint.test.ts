import { Effect } from "effect"
import { expect, it } from "vitest"
import { chain } from "../../../src/application/history/chain.ts"
import { checkpointStream, logStream } from "../../../src/application/history/ids.ts"
import { LogIdentity } from "../../../src/application/history/log-identity.ts"
import { EventStore } from "../../../src/application/ports/event-store.ts"
import type { SigningKey } from "../../../src/application/ports/signer.ts"
import { checkpointText, firstPrevious, signerText } from "../../../src/application/proof/checkpoint-note.ts"
import { isSignedBy, parseNote } from "../../../src/application/proof/signed-note.ts"
import type { StoredData } from "../../../src/domain/registration/event-codec.ts"
import { asking } from "../../support/ask-http.ts"
import { startHttp } from "../../support/http-service.ts"
import { signingKey } from "../../support/signing-keys.ts"

const append = (stream: string, { type, version, data }: StoredData) =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const { tip } = yield* store.read(stream)
    const origin = { actor: { kind: "process", id: "p1" }, correlationId: "c" } as const
    const events = chain(stream, tip, [{ type, version, data }], origin, Date.now())
    yield* store.append(stream, tip, events)
    return events[0]
  })

const base64 = (key: SigningKey, text: string) => Buffer.from(key.sign(text)).toString("base64")

it("GET /v1/checkpoint shows the last one to auditors, signed by who signed then", async () => {
  const service = await startHttp()
  const ask = asking(service)
  const get = () => ask("GET", "/v1/checkpoint", { as: "auditor" })
  const { logId } = await service.run(LogIdentity.use(Effect.succeed))
  const [first, second] = [signingKey(1), signingKey(2)]
  const add = (stream: string, type: string, data: object, version = 1) =>
    service.run(append(stream, { type, version, data: { ...data } }))
  const sign = (key: SigningKey, lastPosition: number, signerSince?: number) => {
    const checkpoint = { previous: firstPrevious, count: 3, lastPosition, root: "a".repeat(64) }
    const signature = base64(key, checkpointText({ logId, ...checkpoint }))
    return add(checkpointStream, "CheckpointSigned", {
      ...checkpoint,
      ...(signerSince === undefined ? {} : { signerSince }),
      signature
    })
  }
  const shows = async (key: SigningKey, revision: number, lastPosition: number) => {
    const { status, body } = await get()
    const { note, signedAt, ...rest } = body
    expect(status).toBe(200)
    const said = { logId, previous: firstPrevious, count: 3, lastPosition, root: "a".repeat(64) }
    expect(rest).toEqual({ ...said, revision, publicKey: key.publicKey })
    expect(signedAt).toMatch(/^\d{4}-.*Z$/)
    expect(isSignedBy(String(note), key.publicKey)).toBe(true)
    expect(parseNote(String(note))?.text).toBe(checkpointText(said))
  }

  for (const as of ["acme", "eraser"])
    expect(await ask("GET", "/v1/checkpoint", { as })).toMatchObject({ status: 403, body: { scope: "audit:read" } })
  expect((await ask("GET", "/v1/checkpoint?x=1", { as: "auditor" })).status).toBe(400)
  expect(await get()).toMatchObject({ status: 404, body: { code: "not_found" } })

  await add(logStream, "LogOpened", { logId, vaultId: "v", esignEnvironment: "e", signer: first.publicKey }, 2)
  expect((await get()).status).toBe(404)
  await sign(first, 4)
  await shows(first, 0, 4)
  const change = signerText({
    logId,
    previous: firstPrevious,
    former: first.publicKey,
    signer: second.publicKey
  })
  await add(checkpointStream, "SignerChanged", {
    previous: firstPrevious,
    signer: second.publicKey,
    signatures: { former: base64(first, change), signer: base64(second, change) }
  })
  await shows(first, 0, 4)
  await sign(second, 9, 1)
  await shows(second, 2, 9)
  await add(checkpointStream, "CheckpointSigned", {}, 99)
  expect(await get()).toMatchObject({ status: 503, body: { code: "unavailable" } })
})
