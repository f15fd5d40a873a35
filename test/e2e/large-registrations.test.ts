import { afterAll, expect, it } from "vitest"
import { usersOf } from "../support/api.ts"
import { smallHeap } from "../support/log-of-run.ts"
import { registrationRequest } from "../support/registration-request.ts"
import { startService } from "../support/service.ts"

const service = await startService({ callbacks: false, env: { NODE_OPTIONS: smallHeap() } })
afterAll(() => service.close())

/** About the largest body that is taken: 250 KB, sealed to 330 KB. */
const largest = (partnerUserId: string) => {
  const text = "x".repeat(12_000)
  const body = registrationRequest({ partnerUserId }) as unknown as { consents: Array<Record<string, unknown>> }
  const consent = body.consents[0] as Record<string, unknown>
  const documents = { id_ID: { text }, en_ID: { text } }
  return { ...body, consents: Array.from({ length: 10 }, () => ({ ...consent, documents })) }
}

it("registrations of the largest size take bounded memory, when they come and when they are read at a start", async () => {
  const userWith = usersOf("large")
  // The platform is not reached: nothing but requests and claims is in the log.
  await service.simulator.stop("SIGKILL")
  const ids: Array<string> = []
  for (let n = 0; n < 300; n += 10)
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        const { status, body } = await service.api.send("POST", "/v1/registrations", { json: largest(userWith()) })
        expect(status).toBe(201)
        ids.push(String(body["id"]))
      })
    )
  await service.kill("SIGTERM")
  await service.start()
  expect(await service.api.get(String(ids[0]))).toMatchObject({ state: "requested" })
})
