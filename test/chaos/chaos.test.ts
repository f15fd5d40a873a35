import { expect, it } from "vitest"
import { runCampaign } from "./campaign.ts"
import { tableOf } from "./table.ts"

// Among all the tests the same kills each time; `npm run chaos` looks for others.
const seed = Number(process.env["CHAOS_SEED"] ?? 4242)

it(`a service that is killed at any point loses nothing and does nothing twice (CHAOS_SEED=${seed})`, {
  timeout: 3_600_000
}, async () => {
  const rows = await runCampaign({ rounds: 1, kills: 20, deaths: 5, seed, lanes: 4 })
  console.log(tableOf(rows).split("\n").slice(0, 3).join("\n"))
  expect(rows.flatMap(({ lost }) => lost)).toEqual([])
  expect(rows.flatMap(({ repeated }) => repeated)).toEqual([])
  expect(rows.length).toBeGreaterThan(50)
})
