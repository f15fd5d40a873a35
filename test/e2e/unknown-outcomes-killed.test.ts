import { afterAll, expect, it } from "vitest"
import { usersOf } from "../support/api.ts"
import { checkHistory } from "../support/history.ts"
import { endOf, isStruck, loseAnswer, lostCalls, settles } from "../support/lost-answers.ts"
import { checkLedger, checkPlatformView } from "../support/platform-view.ts"
import { startService } from "../support/service.ts"

/** Some answers never come, and settling takes three time limits. */
const service = await startService({
  env: { ESIGN_TIMEOUT: "1 second", VERDICT_POLL_AFTER: "200 millis", VERDICT_POLL_MAX: "400 millis" },
  simulator: { hangMs: 600_000 }
})
afterAll(() => service.close())
const { api, simulator } = service
const userWith = usersOf("killed")

/** An answer that bids us wait, so that nothing is done about what was lost before the process dies. */
const waits = (status: number, moment: "before" | "after" = "before") => ({ status, moment, retryAfter: 3 })

const outstanding = [
  ["urls", waits(503), ""],
  ["urls", waits(503, "after"), ""],
  ["urls", waits(429), ""],
  ["confirm", waits(503), ""],
  ["confirm", waits(503, "after"), "silent"],
  ["confirm", waits(429), ""],
  ["poll", waits(503), "silent"],
  ["poll", waits(429), "silent"]
] as const

it("what became of a call is found out by the next process, which remembers nothing of it", async () => {
  const standing = await Promise.all(
    outstanding.map(async ([call, fault, values]) => {
      const user = userWith(values)
      await simulator.script({ user, faults: { [call]: [fault] } })
      const { id } = await api.start(user)
      if (call !== "urls") await api.uploadBoth(id)
      await isStruck(service, user, call)
      return { user, id }
    })
  )
  await service.kill()
  await service.start()
  await Promise.all(
    standing.map(async ({ user, id }) => {
      await api.uploadBoth(id)
      expect(await api.until(id, "issued")).not.toHaveProperty("failure")
      const history = await api.history(id)
      checkHistory(history)
      await checkPlatformView(service, user, [history])
      expect((await service.platform(user)).submissions).toHaveLength(1)
    })
  )
})

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
