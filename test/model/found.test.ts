import "effect/schema/SchemaJITCompiler/enable"
import { expect, it } from "vitest"
import { play } from "./play.ts"
import type { Step } from "./steps.ts"

const minute = 60_000

/** Histories that once broke a rule. Each is played with many seeds: the times between its steps decide. */
const found: ReadonlyArray<readonly [rule: string, steps: ReadonlyArray<Step>]> = [
  [
    "expires without URLs, although nothing else asks the platform for the time",
    [
      { after: 0, do: "outage", millis: 10 * minute },
      { after: 0, do: "request", user: "ani", renew: false },
      { after: 100, do: "jump", millis: 40 * minute },
      { after: 2500, do: "crash" },
      { after: 0, do: "jump", millis: -40 * minute }
    ]
  ],
  [
    "waits until the URL call of a withdrawn attempt can take effect no more: its submission would hide the next attempt's verdict",
    [
      { after: 0, do: "fault", of: "urls", fault: "late" },
      { after: 0, do: "request", user: "ani", renew: false },
      { after: 300, do: "withdraw", user: "ani" },
      { after: 100, do: "request", user: "ani", renew: true },
      { after: 2500, do: "direct", user: "ani" }
    ]
  ],
  [
    "the same after a crash",
    [
      { after: 0, do: "fault", of: "urls", fault: "late" },
      { after: 0, do: "request", user: "ani", renew: false },
      { after: 300, do: "withdraw", user: "ani" },
      { after: 100, do: "crash" },
      { after: 100, do: "request", user: "ani", renew: true },
      { after: 2500, do: "direct", user: "ani" }
    ]
  ],
  [
    "waits for a late confirmation of an ended registration, although the wall clock is put right",
    [
      { after: 0, do: "request", user: "ani", renew: false },
      { after: 0, do: "direct", user: "ani" },
      { after: 0, do: "fault", of: "confirm", fault: "late" },
      { after: 0, do: "jump", millis: -40 * minute },
      { after: 2500, do: "withdraw", user: "ani" },
      { after: 100, do: "crash" }
    ]
  ]
]

it("calls again at once when the platform is well, although the wall clock was set back meanwhile", async () => {
  const steps: ReadonlyArray<Step> = [
    { after: 0, do: "outage", millis: 2 * minute },
    { after: 0, do: "jump", millis: 40 * minute },
    { after: 0, do: "request", user: "ani", renew: false },
    { after: minute, do: "jump", millis: -40 * minute }
  ]
  for (let seed = 1; seed <= 20; seed++)
    await play({ seed, steps }, undefined, ({ platform, time }) => {
      const [opened] = platform.submissions
      expect(opened && time.since(opened.openedAt), `seed ${seed}`).toBeLessThan(4 * minute)
    })
})

it.each(found)("%s", async (_, steps) => {
  for (let seed = 1; seed <= 100; seed++) expect(await play({ seed, steps }), `seed ${seed}`).toBeUndefined()
})
