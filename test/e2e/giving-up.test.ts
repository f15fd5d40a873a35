import { afterAll, expect, it } from "vitest"
import { usersOf } from "../support/api.ts"
import { eventually } from "../support/eventually.ts"
import { checkHistory } from "../support/history.ts"
import { checkLedger } from "../support/platform-view.ts"
import { startService } from "../support/service.ts"

const service = await startService()
afterAll(() => service.close())
const { api } = service

const userWith = usersOf("given-up")

/** A registration whose call fails, by a process that sits it out: what comes before that call is not given up. */
const failing = async (call: "urls" | "confirm", fault: string) => {
  const user = userWith(`${call}-${fault}-always`)
  const { id } = await api.start(user)
  if (call === "confirm") await api.uploadBoth(id)
  await eventually("the call", async () => (await service.platform(user)).calls.some((one) => one.call === call))
  return { user, id, call }
}

it("an outage that lasts longer than it is sat out ends the registration, and the next attempt is free", async () => {
  const all = await Promise.all([
    failing("urls", "500"),
    failing("urls", "401"),
    failing("confirm", "500"),
    failing("confirm", "429")
  ])
  await service.kill()
  // Whatever runs out of so little time from now on is one more failure, or one more look.
  await service.start({ GIVE_UP_AFTER: "1 second", RETRY_MAX_DELAY: "200 millis", ESIGN_TIMEOUT: "1 second" })
  for (const { user, id, call } of all) {
    expect((await api.until(id, "failed")).failure).toEqual({ reasonCode: "platform_unreachable" })
    await api.until(id, ({ verdictPending }) => verdictPending === undefined)
    const history = await api.history(id)
    checkHistory(history)
    // What may have been confirmed is pending until the platform says that nothing was.
    const after = call === "confirm" ? ["Failed", "NotConfirmed"] : ["Failed"]
    expect(history.events.map(({ type }) => type).slice(-after.length)).toEqual(after)
    expect((await api.start(user)).attempt).toBe(2)
  }
})

it("none of it broke the platform's contract", () => checkLedger(service))
