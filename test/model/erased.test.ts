import "effect/schema/SchemaJITCompiler/enable"
import { expect, it } from "vitest"
import { streamOf } from "../../src/application/history/ids.ts"
import { initial, isSettled } from "../../src/domain/registration/registration.ts"
import { play } from "./play.ts"
import { replay } from "./replay.ts"
import type { Step } from "./steps.ts"

const user = "ani"
/** Milliseconds: before a call, while it is under way, between it and what follows, and long after. */
const moments = [0, 100, 2500, 12_000, 70_000]
const calls = [
  ["urls", ["none", "turned_away", "lost_before", "lost_after", "late", "refused"]],
  ["storage", ["turned_away", "lost_before", "lost_after"]],
  ["confirm", ["none", "turned_away", "lost_before", "lost_after", "late", "refused"]],
  ["poll", ["turned_away", "lost_before", "late"]]
] as const
const rows = calls.flatMap(([of, faults]) => faults.map((fault) => ({ of, fault, name: `${of}: ${fault}` })))

it.each(rows)("erased at any moment, and nothing is left open or pending: $name", async ({ of, fault }) => {
  const failing: ReadonlyArray<Step> = fault === "none" ? [] : [{ after: 0, do: "fault", of, fault }]
  const images: ReadonlyArray<Step> =
    of === "storage"
      ? [
          { after: 2500, do: "upload", user, document: "ktp", picture: 0 },
          { after: 0, do: "upload", user, document: "selfie", picture: 1 }
        ]
      : [{ after: 2500, do: "direct", user }]
  let erased = 0
  for (const moment of moments)
    for (const then of ["nothing", "crash"] as const) {
      const steps: ReadonlyArray<Step> = [
        ...failing,
        { after: 0, do: "request", user, renew: false },
        ...(of === "urls" ? [] : images),
        { after: moment, do: "erase", user },
        ...(then === "crash" ? [{ after: 20, do: "crash" } as const] : []),
        { after: 100, do: "request", user, renew: true }
      ]
      for (let seed = 1; seed <= 2; seed++) {
        const what = `seed ${seed}, after ${moment} ms, then ${then}`
        const broken = await play({ seed, steps }, undefined, (world) => {
          // One that came before the request, or that a crash kept from its caller, is nobody's promise.
          const told = world.acknowledged.find(({ did }) => did === "erase")
          if (!told) return
          erased++
          const state = replay(world).get(streamOf(told.id))?.state ?? initial
          expect(isSettled(state), `${what}: ${state._tag}`).toBe(true)
          expect("erased" in state && state.erased, what).toBe(true)
        })
        expect(broken, what).toBeUndefined()
      }
    }
  expect(erased).toBeGreaterThan(moments.length)
})
