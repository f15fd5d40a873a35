import type { IncomingMessage } from "node:http"
import { describe, expect, it } from "vitest"
import { eventually } from "../support/eventually.ts"
import { startService } from "../support/service.ts"
import type { Env } from "../support/service-program.ts"
import { startTap } from "../support/tap.ts"

/** A service of its own for each race: its times differ. */
const race = (name: string, env: Env, test: (service: Awaited<ReturnType<typeof startService>>) => Promise<void>) =>
  it(name, async () => {
    const service = await startService({ env })
    try {
      await test(service)
    } finally {
      await service.close()
    }
  })

describe.concurrent("a confirmation of unknown result", () => {
  race(
    "is not taken for one that never was, by a process that began after its last transmission",
    { ESIGN_TIMEOUT: "3 seconds", VERDICT_POLL_AFTER: "1 second", VERDICT_POLL_MAX: "1 second" },
    async ({ api, simulator, callsOf, kill, start }) => {
      const user = "late-1"
      // By the time the last transmission goes out the claim is much older than three timeouts; it is executed after the restart.
      const failures = Array.from({ length: 12 }, () => "500")
      const late = Array.from({ length: 20 }, () => ({ slow: 8000 }))
      await simulator.script({ user, faults: { confirm: [...failures, ...late] } })
      const { id } = await api.start(user)
      await api.uploadBoth(id)
      await eventually("the last transmission", async () => (await callsOf(user, "confirm")).length > failures.length)
      expect((await api.withdraw(id)).status).toBe(200)
      await kill()
      await start()
      await eventually("the late certificate", async () => (await api.get(id))["certificate"] !== undefined)
      const { events } = await api.history(id)
      expect(events.map(({ type }) => type)).not.toContain("NotConfirmed")
    }
  )

  race(
    "is not sent again once the registration was withdrawn, also while the poll before the repeat is under way",
    { ESIGN_TIMEOUT: "4 seconds" },
    async ({ api, simulator, callsOf, kill, start }) => {
      const user = "late-2"
      const withdrawn = Promise.withResolvers<void>()
      const isPoll = ({ method, url = "" }: IncomingMessage) => method === "GET" && url.endsWith("/submissions")
      const slow = await startTap(simulator.baseUrl, async (request) => {
        if (isPoll(request)) await withdrawn.promise
      })
      await kill()
      await start({ ESIGN_BASE_URL: slow.url })
      await simulator.script({ user, faults: { confirm: ["500"] } })
      const { id } = await api.start(user)
      await api.uploadBoth(id)
      await eventually("the poll", async () => (await callsOf(user, "poll")).length > 0)
      expect((await api.withdraw(id)).status).toBe(200)
      withdrawn.resolve()
      await eventually("it is settled", async () => (await api.get(id))["verdictPending"] === undefined)
      expect(await callsOf(user, "confirm")).toHaveLength(1)
      slow.close()
    }
  )

  race(
    "whose callback is faster than its answer is asked about at once, not by the next sweep",
    { SWEEP_INTERVAL: "5 minutes" },
    async ({ api, simulator }) => {
      const user = "fast"
      await simulator.script({ user, faults: { confirm: [{ slow: 300, moment: "after" }] } })
      await api.until(await api.register(user), "issued")
    }
  )
})
