import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { usersOf } from "../support/api.ts"
import { appending, type HeldService, startHeld } from "../support/held-service.ts"
import { checkHistory, publicTypes } from "../support/history.ts"
import { jpeg } from "../support/images.ts"
import { checkLedger } from "../support/platform-view.ts"
import { registrationRequest } from "../support/registration-request.ts"

let service: HeldService
beforeAll(async () => {
  service = await startHeld({ env: { ESIGN_TIMEOUT: "10 minutes", ESIGN_CONCURRENCY: "4" } })
})
afterAll(() => service.close())

const userWith = usersOf("neighbour")

/** Everything that a registration goes through, from the request to the certificate. */
const goesAllTheWay = async () => {
  const id = await service.api.register(userWith())
  await service.api.until(id, "issued")
  const history = await service.api.history(id)
  checkHistory(history)
  expect(publicTypes(history).at(-1)).toBe("CertificateIssued")
}

/** Somebody whose registration stands still; what comes of it once it goes on. */
type Standstill = { readonly release: () => void; readonly done: Promise<unknown> }
const standstills: ReadonlyArray<readonly [name: string, () => Promise<Standstill>]> = [
  [
    "whose request is being recorded, while 20 more of them come",
    async () => {
      const body = registrationRequest({ partnerUserId: userWith() })
      const held = service.hold(
        "EventStore.append",
        "before",
        appending("Requested", { partnerUserId: body.partnerUserId })
      )
      const requests = Array.from({ length: 21 }, () => service.api.post(body, { "idempotency-key": "k" }))
      await held.met
      const done = Promise.all(requests).then((all) => {
        expect(new Set(all.map(({ status }) => status))).toEqual(new Set([201]))
        expect(new Set(all.map(({ body: { id } }) => id)).size).toBe(1)
      })
      return { release: held.release, done }
    }
  ],
  [
    "whose upload is at the storage, while 20 more wait for their turn",
    async () => {
      const { id } = await service.api.start(userWith())
      await service.api.until(id, "awaiting_images")
      const bytes = jpeg({ size: 70_001 })
      const held = service.hold(
        "ObjectStorage.put",
        "after",
        ([, upload]) => (upload as { size: number }).size === bytes.length
      )
      const uploads = Array.from({ length: 21 }, () => service.api.put(id, "ktp", bytes))
      await held.met
      const done = Promise.all(uploads).then((all) => {
        const statuses = all.map(({ status }) => status)
        expect(statuses).toContain(200)
        for (const status of statuses) expect([200, 503]).toContain(status)
      })
      return { release: held.release, done }
    }
  ],
  [
    "whose upload waits for URLs",
    async () => {
      const user = userWith()
      const held = service.holdCall(user, "before", "issueUrls")
      const { id } = await service.api.start(user)
      await held.met
      const upload = service.api.put(id, "ktp", jpeg())
      return { release: held.release, done: upload.then(({ status }) => expect([200, 503]).toContain(status)) }
    }
  ],
  [
    "whose confirmation is under way",
    async () => {
      const user = userWith()
      const held = service.holdCall(user, "before", "confirm")
      const { id } = await service.api.start(user)
      await service.api.uploadBoth(id)
      await held.met
      return { release: held.release, done: Promise.resolve().then(() => service.api.until(id, "issued")) }
    }
  ],
  [
    "whose callbacks come by the hundred, while one is being recorded",
    async () => {
      const id = await service.api.register(userWith("stuck silent"))
      const { submissionId } = await service.api.until(id, "awaiting_verdict")
      const held = service.holdAppend(id, "before", "ResultReported")
      const told = Array.from({ length: 100 }, (_, n) =>
        service.callback({ submissionId, status: "COMPLETED", result: ["VALID", "INVALID"][n % 2] })
      )
      await held.met
      const done = Promise.all(told).then((all) => {
        for (const status of all) expect([200, 503]).toContain(status)
      })
      return { release: held.release, done }
    }
  ],
  [
    "whose withdrawal is being recorded",
    async () => {
      const { id } = await service.api.start(userWith())
      await service.api.until(id, "awaiting_images")
      const held = service.holdAppend(id, "before", "Withdrawn")
      const withdrawal = service.api.withdraw(id)
      await held.met
      return { release: held.release, done: withdrawal.then(({ status }) => expect(status).toBe(200)) }
    }
  ]
]

describe("others go all the way while a registration stands still", () => {
  it.each(standstills)("of one %s", async (_, standstill) => {
    const { release, done } = await standstill()
    await Promise.all(Array.from({ length: 5 }, goesAllTheWay))
    release()
    await done
  })

  it("also when three quarters of all calls that may be under way stand still", async () => {
    const users = Array.from({ length: 3 }, () => userWith("silent"))
    const held = users.map((user) => service.holdCall(user, "before", "issueUrls"))
    const started = await Promise.all(users.map((user) => service.api.start(user)))
    await Promise.all(held.map(({ met }) => met))
    await goesAllTheWay()
    for (const { release } of held) release()
    for (const { id } of started) await service.api.until(id, "awaiting_images")
  })
})

it("none of it broke the platform's contract", () => checkLedger(service))
