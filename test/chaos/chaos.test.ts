import { expect, inject, it } from "vitest"
import { usesEventStoreDb } from "../support/log-of-run.ts"
import { runCampaign } from "./campaign.ts"
import { tableOf } from "./table.ts"

// Among all the tests the same kills each time; `npm run chaos` looks for others.
const seed = Number(process.env["CHAOS_SEED"] ?? 4242)
/** The double alone may be killed. */
const killsStore = usesEventStoreDb() && inject("eventStoreDb").kind === "double"
if (usesEventStoreDb() && !killsStore) console.log("The server of EventStoreDB is not the double: it is not killed.")

it(`a service that is killed at any point loses nothing and does nothing twice (CHAOS_SEED=${seed})`, {
  timeout: 3_600_000
}, async () => {
  const rows = await runCampaign({
    rounds: 1,
    // Each point under load once, and each call of a start; on the second store those that are its own. `npm run chaos` tries all of them, and longer, on either.
    ...(usesEventStoreDb() ? { port: "EventStore", kills: 4, deaths: 7 } : { kills: 12, deaths: 8 }),
    startsAfterCalls: true,
    seed,
    lanes: 4,
    ...(killsStore ? { storeKills: 4 } : {})
  })
  console.log(tableOf(rows).split("\n").slice(0, 3).join("\n"))
  expect(rows.flatMap(({ lost }) => lost)).toEqual([])
  expect(rows.flatMap(({ repeated }) => repeated)).toEqual([])
  expect(rows.length).toBeGreaterThan(usesEventStoreDb() ? 5 : 50)
})
