import { randomInt } from "node:crypto"
import { afterAll, expect, it } from "vitest"
import { startService } from "../support/service.ts"
import { checkAccepted, loggedFromOutside, makeAccepted } from "./accepted.ts"
import { makeCast, makeSubjects } from "./cast.ts"
import { checkLog } from "./check-log.ts"
import { operations } from "./operations.ts"
import { type Game, makePlayer } from "./player.ts"

const given = process.env["FUZZ_REQUESTS"]
const requests = Number(given ?? 6000)
// Among all the tests the same requests each time; a run of its own looks for others.
const seed = Number(process.env["FUZZ_SEED"] ?? (given ? randomInt(2 ** 31) : 4242))
const players = 10

const service = await startService({
  env: { VERDICT_POLL_AFTER: "500 millis", VERDICT_POLL_MAX: "5 seconds", CHECKPOINT_INTERVAL: "1 second" },
  callbacks: false
})
afterAll(() => service.close())

it(`${requests} requests that are wrong in every way do no harm (FUZZ_SEED=${seed})`, {
  timeout: 3_600_000
}, async () => {
  console.log(`FUZZ_SEED=${seed}`)
  const cast = await makeCast(service)
  const subjects = await Promise.all(Array.from({ length: players }, (_, n) => makeSubjects(cast, `fuzz.${seed}.${n}`)))
  const accepted = makeAccepted(loggedFromOutside(service.dataDir))
  const port = Number(new URL(service.url()).port)
  const game: Game = { seed, port, cast, accepted, seen: new Map(), findings: [] }
  await Promise.all(
    subjects.map(async (own, n) => {
      const { play, stop } = makePlayer(game, own)
      for (let number = n; number < requests; number += players) await play(number)
      stop()
    })
  )
  expect(game.findings).toEqual([])
  expect(checkAccepted(loggedFromOutside(service.dataDir), accepted)).toEqual([])

  // It is the same process that lives on, and does its work.
  const id = await cast.north.register(`after-${seed}`)
  await cast.north.until(id, "issued")
  expect((await cast.north.send("GET", "/health/ready")).status).toBe(200)
  expect(await service.kill("SIGTERM")).toBe(0)
  expect(service.lines().filter(({ event }) => event === "listening")).toHaveLength(1)
  expect(checkLog(service.output(), cast.secrets).slice(0, 20)).toEqual([])

  // And it came through the door: each operation was done, and refused.
  if (requests < 5000) return
  const seen = [...game.seen.keys()]
  const missing = operations.flatMap(({ name }) =>
    ["[23]", "4"].filter((kind) => !seen.some((one) => new RegExp(`^${RegExp.escape(name)} ${kind}`).test(one)))
  )
  expect(missing).toEqual([])
})
