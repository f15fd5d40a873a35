import { afterAll, expect, it } from "vitest"
import { usersOf } from "../support/api.ts"
import { eventually } from "../support/eventually.ts"
import { smallHeap, usesEventStoreDb } from "../support/log-of-run.ts"
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
  // Each costs many times as much there.
  const count = usesEventStoreDb() ? 50 : 300
  for (let n = 0; n < count; n += 10)
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        const user = userWith()
        const headers = { "idempotency-key": user }
        // In so small a heap a slow machine may be too late for a while, and says so.
        const { status, body } = await eventually("an answer that is not later", async () => {
          const answer = await service.api.post(largest(user), headers)
          return answer.status !== 503 && answer
        })
        expect(status).toBe(201)
        ids.push(body.id)
      })
    )
  await service.kill("SIGTERM")
  await service.start()
  expect(await service.api.get(ids[0] ?? "")).toMatchObject({ state: "requested" })
})
