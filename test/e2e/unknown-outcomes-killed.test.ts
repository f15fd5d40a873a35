import { afterAll, expect, it } from "vitest"
import { usersOf } from "../support/api.ts"
import { endOf, loseAnswer, lostCalls, settles } from "../support/lost-answers.ts"
import { checkLedger } from "../support/platform-view.ts"
import { startService } from "../support/service.ts"

/** Some answers never come, and settling takes three time limits. */
const service = await startService({
  env: { ESIGN_TIMEOUT: "1 second", VERDICT_POLL_AFTER: "200 millis", VERDICT_POLL_MAX: "400 millis" },
  simulator: { hangMs: 600_000 }
})
afterAll(() => service.close())
const { api } = service
const userWith = usersOf("killed")

const unknown = lostCalls.filter(({ word }) => ["500", "hang", "500-after", "hang-after"].includes(word))

it("a withdrawal before it was known is settled by the next process", async () => {
  const standing = await Promise.all(unknown.map((lost) => loseAnswer(service, userWith(), lost)))
  for (const { id } of standing) expect((await api.withdraw(id)).status).toBe(200)
  await service.kill()
  await service.start()
  await Promise.all(standing.map((one) => settles(service, one, endOf(one.lost, "withdrawn"))))
})

it("what is never known is given up by the next process, and settled all the same", async () => {
  const standing = await Promise.all(unknown.map((lost) => loseAnswer(service, userWith(), lost)))
  await service.kill()
  await service.start({ GIVE_UP_AFTER: "1 millis", RETRY_MAX_DELAY: "100 millis" })
  await Promise.all(
    standing.map(async (one) => {
      const { failure } = await api.until(one.id, "failed")
      expect(failure).toEqual({ reasonCode: "platform_unreachable" })
      await settles(service, one, endOf(one.lost, "failed"))
    })
  )
})

it("none of it broke the platform's contract", () => checkLedger(service))
