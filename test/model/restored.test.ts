import "effect/schema/SchemaJITCompiler/enable"
import { expect, it } from "vitest"
import { attentionOf } from "../../src/domain/registration/attention.ts"
import { initial } from "../../src/domain/registration/registration.ts"
import { randomOf } from "../fuzz/random.ts"
import { play } from "./play.ts"
import { replay } from "./replay.ts"
import { idOf } from "./scene.ts"
import { type History, type Step, show } from "./steps.ts"

const user = "ani"
const pauses = [0, 5, 100, 700, 2500, 6000, 11_000, 32_000, 70_000]
const faults = [
  ["confirm", "late"],
  ["confirm", "lost_after"],
  ["confirm", "turned_away"],
  ["urls", "late"],
  ["urls", "lost_after"],
  ["poll", "lost_before"],
  ["views", "lost_after"]
] as const

/** A registration that comes to its end, or nearly, and whose log is put back to a moment on the way there, once or twice. */
const drawRestored = (seed: number): History => {
  const random = randomOf(4242, seed)
  const after = () => random.pick(pauses)
  const images: ReadonlyArray<Step> = random.chance(0.5)
    ? [{ after: after(), do: "direct", user }]
    : [
        { after: after(), do: "upload", user, document: "ktp", picture: 0 },
        { after: after(), do: "upload", user, document: "selfie", picture: 1 }
      ]
  const word = random.pick(["VALID", "INVALID", "ERROR", "PARTIALLY_COMPLETED"] as const)
  const again = { after: after(), do: "request", user, renew: true } as const
  const course: Array<Step> = [
    { after: after(), do: "urls", user },
    ...images,
    ...(random.chance(0.2) ? [{ after: after(), do: "run_out", user } as const, ...images] : []),
    { after: after(), do: "verdict", user, word },
    { after: after(), do: "callback", user, isOld: false, isNamed: true },
    ...random.pick<ReadonlyArray<Step>>([[], [], [{ after: after(), do: "erase", user }]]),
    ...random.pick<ReadonlyArray<Step>>([[], [], [again], [again, ...images]])
  ]
  for (let n = random.below(3); n > 0; n--) {
    const [of, fault] = random.pick(faults)
    course.splice(random.below(course.length), 0, { after: 0, do: "fault", of, fault })
  }
  course.splice(random.below(course.length + 1), 0, { after: after(), do: "backup" })
  const twice: ReadonlyArray<Step> = random.chance(0.3) ? [...images, { after: after(), do: "restore" }] : []
  const steps: ReadonlyArray<Step> = [
    { after: 0, do: "request", user, renew: false },
    { after: 1000, do: "backup" },
    ...course,
    { after: after(), do: "restore" },
    ...twice,
    ...(random.chance(0.5) ? images : [])
  ]
  return { seed, steps }
}

it("a log that is put back goes on with what the platform says, confirms nothing twice and hides nothing", async () => {
  const ends = new Map<string, number>()
  for (let seed = 1; seed <= 300; seed++) {
    const history = drawRestored(seed)
    const broken = await play(history, undefined, (world) => {
      const state = replay(world).get(`registration-${idOf(user)}`)?.state ?? initial
      const end = attentionOf(state)?.reason ?? state._tag
      ends.set(end, (ends.get(end) ?? 0) + 1)
    })
    expect(broken && `${broken.rule}: ${broken.detail}\n${show(history)}`).toBeUndefined()
  }
  // All of it was met.
  expect([...ends.keys()]).toEqual(
    expect.arrayContaining(["Issued", "Rejected", "Failed", "Expired", "another_submission"])
  )
})
