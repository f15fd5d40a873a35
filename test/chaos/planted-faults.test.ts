import { describe, expect, it } from "vitest"
import { makeRandom } from "../fuzz/random.ts"
import { checkOutcomes, type Findings } from "./check-outcome.ts"
import { startCrowd } from "./crowd.ts"
import { type Lane, openLane } from "./lane.ts"
import { faultVariable, type PlantedFault } from "./planted-faults.ts"
import { gapsIn } from "./points.ts"
import { playRound } from "./round.ts"

/** What has to be waited for here never comes, however long callers try; on a slow machine nothing else does either, in so little time. */
const patiences = [6000, 30_000, 120_000]

/** Looks until the fault is found, for longer each time. */
const finds = async (look: (patience: number) => Promise<Findings>, isFound: (findings: Findings) => boolean) => {
  const all: Array<Findings> = []
  for (const patience of patiences) {
    const findings = await look(patience)
    if (isFound(findings)) return
    all.push(findings)
  }
  expect.fail(`it was not found: ${JSON.stringify(all)}`)
}

const withFault = async <A>(fault: PlantedFault, work: (lane: Lane) => Promise<A>): Promise<A> => {
  const lane = await openLane({ env: { [faultVariable]: fault } })
  try {
    expect(await lane.start()).toBe(true)
    return await work(lane)
  } finally {
    await lane.close()
  }
}

const withoutCrash = async (lane: Lane, callersTry?: number): Promise<Findings> => {
  const since = Date.now()
  return checkOutcomes(lane, await startCrowd(lane.api, callersTry), since)
}

describe.concurrent("the checks find", () => {
  it("a store that acknowledges what it does not write", () =>
    withFault("forgotten-append", (lane) =>
      finds(
        (patience) => withoutCrash(lane, patience),
        ({ lost }) => /was answered 404|stays/.test(lost.join("\n"))
      )
    ))

  it.for([
    ["confirms under another session id", "fresh-session-confirm"],
    ["opens a second submission over the first", "urls-twice"]
  ] as const)("a platform port that %s", ([, fault]) =>
    withFault(fault, (lane) =>
      finds(
        (patience) => withoutCrash(lane, patience),
        ({ repeated }) => repeated.length > 0
      )
    )
  )

  it("rows that are saved later than their position, by a crash alone", () =>
    withFault("late-rows", async (lane) => {
      expect(await withoutCrash(lane)).toEqual({ lost: [], repeated: [] })
      const plan = { kind: "load", point: "Views.save after", most: 1 } as const
      await finds(
        (patience) => playRound(lane, [plan], makeRandom(1), { millis: 1000, patience }),
        ({ lost }) => /stays|503 for/.test(lost.join("\n"))
      )
    }))
})

describe("the table of crash points is refused", () => {
  const met = { "EventStore.read before": 1, "EventStore.read after": 1 }

  it("when a method is never met, or a port not wrapped", () => {
    expect(gapsIn(["EventStore"], met)).toEqual([])
    expect(gapsIn(["EventStore"], { ...met, "EventStore.forget before": 0 })).toEqual([
      "EventStore.forget before is never met"
    ])
    expect(gapsIn(["EventStore", "Oracle"], met)).toEqual(["Oracle is not wrapped"])
  })

  it("when an excuse is not needed any more", () => {
    expect(gapsIn([], { "KeyRewrap.count before": 0 })).toEqual([])
    expect(gapsIn([], { "KeyRewrap.count before": 1 })).toEqual(["KeyRewrap.count before is met after all"])
  })
})
