import { describe, expect, it } from "vitest"
import { makeRandom } from "../fuzz/random.ts"
import { checkOutcomes, type Findings } from "./check-outcome.ts"
import { startCrowd } from "./crowd.ts"
import { type Lane, openLane } from "./lane.ts"
import { faultVariable, type PlantedFault } from "./planted-faults.ts"
import { gapsIn } from "./points.ts"
import { playRound } from "./round.ts"

/** What has to be waited for here never comes. */
const patience = 6000

const withFault = async <A>(fault: PlantedFault, work: (lane: Lane) => Promise<A>): Promise<A> => {
  const lane = await openLane({ [faultVariable]: fault })
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
  it("a store that acknowledges what it does not write", async () => {
    const { lost } = await withFault("forgotten-append", (lane) => withoutCrash(lane, patience))
    expect(lost.join("\n")).toMatch(/was answered 404|stays/)
  })

  it("a platform port that confirms under another session id", async () => {
    const { repeated } = await withFault("fresh-session-confirm", (lane) => withoutCrash(lane, patience))
    expect(repeated).not.toEqual([])
  })

  it("a platform port that opens a second submission over the first", async () => {
    const { repeated } = await withFault("urls-twice", (lane) => withoutCrash(lane, patience))
    expect(repeated).not.toEqual([])
  })

  it("rows that are saved later than their position, by a crash alone", async () => {
    await withFault("late-rows", async (lane) => {
      expect(await withoutCrash(lane)).toEqual({ lost: [], repeated: [] })
      const plan = { kind: "load", point: "Views.save after", most: 1 } as const
      const { lost } = await playRound(lane, [plan], makeRandom(1), { millis: 1000, patience })
      expect(lost.join("\n")).toMatch(/stays|503 for/)
    })
  })
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
    expect(gapsIn([], { "Vault.destroy before": 0 })).toEqual([])
    expect(gapsIn([], { "Vault.destroy before": 1 })).toEqual(["Vault.destroy before is met after all"])
  })
})
