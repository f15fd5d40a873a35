import type { Document } from "../../src/domain/registration/events.ts"
import type { Random } from "../fuzz/random.ts"
import type { Fault } from "./line.ts"
import type { Word } from "./platform.ts"

/** Something that callers, the platform or the machine do. A user's steps are about his latest attempt. */
type Deed =
  | { readonly do: "request"; readonly user: string; readonly key?: string; readonly renew: boolean }
  | { readonly do: "upload"; readonly user: string; readonly document: Document; readonly picture: number }
  | { readonly do: "direct" | "urls" | "withdraw" | "erase" | "release" | "run_out"; readonly user: string }
  | { readonly do: "hold"; readonly user: string; readonly reason: string; readonly millis: number }
  /** Without a word it claims what the platform says now. */
  | {
      readonly do: "callback"
      readonly user: string
      readonly word?: Word
      readonly isOld: boolean
      readonly isNamed: boolean
    }
  | { readonly do: "verdict"; readonly user: string; readonly word: Word }
  | { readonly do: "fault"; readonly of: string; readonly fault: Fault }
  | { readonly do: "outage" | "lag" | "jump"; readonly millis: number }
  | { readonly do: "crash" | "restart" }
  /** The log is copied; it is put back to that after a crash. */
  | { readonly do: "backup" | "restore" }

/** A deed, `after` milliseconds. */
export type Step = { readonly after: number } & Deed
export type StepOf<Kind extends Step["do"]> = Extract<Step, { readonly do: Kind }>
/** The seed decides how long everything takes that lies between the steps. */
export type History = { readonly seed: number; readonly steps: ReadonlyArray<Step> }

const users = ["ani", "budi"]
const words: ReadonlyArray<Word> = ["PARTIALLY_COMPLETED", "VALID", "VALID", "INVALID", "ERROR"]
const pauses = [0, 0, 0, 0, 1, 5, 20, 100, 300, 700, 2500, 2500, 6000, 11_000, 32_000, 70_000, 400_000]
const minute = 60_000
const faults: ReadonlyArray<readonly [of: string, faults: ReadonlyArray<Fault>]> = [
  ["urls", ["turned_away", "turned_away", "lost_before", "lost_after", "late", "refused"]],
  ["urls", ["turned_away", "lost_after", "late"]],
  ["confirm", ["turned_away", "lost_before", "lost_after", "late", "refused"]],
  ["confirm", ["turned_away", "turned_away", "lost_after", "late", "late"]],
  ["confirm", ["lost_after", "late"]],
  ["poll", ["turned_away", "lost_before", "refused", "late"]],
  ["storage", ["turned_away", "lost_before", "lost_after", "refused"]],
  ["append", ["turned_away", "lost_before", "lost_after"]],
  ["views", ["turned_away", "lost_after"]],
  ["read", ["turned_away"]],
  ["feed", ["turned_away"]],
  ["vault", ["turned_away"]],
  ["destroy", ["turned_away", "lost_after"]]
]

/** How often something happens beside the courses of the users. */
const weights = {
  request: 4,
  direct: 2,
  upload: 4,
  urls: 3,
  withdraw: 4,
  erase: 3,
  hold: 3,
  release: 1,
  callback: 6,
  verdict: 6,
  fault: 18,
  outage: 3,
  lag: 2,
  run_out: 5,
  crash: 8,
  restart: 2,
  jump: 2
}
const kinds = Object.entries(weights).flatMap(([kind, weight]) => Array<Deed["do"]>(weight).fill(kind as Deed["do"]))

const draw = (random: Random): Deed => {
  const user = random.pick(users)
  const kind = random.pick(kinds)
  switch (kind) {
    case "request": {
      const key = random.pick([undefined, "k1", "k2"])
      return { do: kind, user, renew: random.chance(0.5), ...(key === undefined ? {} : { key }) }
    }
    case "upload":
      return { do: kind, user, document: random.pick(["ktp", "selfie"]), picture: random.below(3) }
    case "direct":
    case "urls":
    case "withdraw":
    case "erase":
    case "release":
    case "run_out":
      return { do: kind, user }
    case "hold":
      return { do: kind, user, reason: random.pick(["audit", "court"]), millis: random.pick([1, 8, 60, 1440]) * minute }
    case "callback": {
      const word = random.pick([undefined, undefined, ...words])
      const from = { isOld: random.chance(0.2), isNamed: random.chance(0.7) }
      return { do: kind, user, ...from, ...(word === undefined ? {} : { word }) }
    }
    case "verdict":
      return { do: kind, user, word: random.pick(words) }
    case "fault": {
      const [of, choices] = random.pick(faults)
      return { do: kind, of, fault: random.pick(choices) }
    }
    case "outage":
      return { do: kind, millis: random.pick([1000, 20_000, minute, 10 * minute]) }
    case "lag":
      return { do: kind, millis: random.pick([0, 2000, 30_000, 5 * minute]) }
    case "jump":
      return { do: kind, millis: random.pick([-1, 1]) * random.pick([4, 40, 90]) * minute }
    case "crash":
    case "restart":
    case "backup":
    case "restore":
      return { do: kind }
  }
}

/** What a user does from his request on, when nothing comes between. */
const course = (random: Random, user: string): ReadonlyArray<Deed> => {
  const key = random.pick([undefined, undefined, "k1", "k2"])
  const keyed = key === undefined ? {} : { key }
  const picture = random.below(2)
  const images: ReadonlyArray<Deed> = random.chance(0.5)
    ? [{ do: "direct", user }]
    : [
        { do: "upload", user, document: "ktp", picture },
        { do: "upload", user, document: "selfie", picture: picture + 1 }
      ]
  const ends: ReadonlyArray<ReadonlyArray<Deed>> = [
    [{ do: "verdict", user, word: random.pick(words) }],
    [{ do: "withdraw", user }],
    [{ do: "erase", user }],
    [
      { do: "hold", user, reason: "audit", millis: random.pick([1, 8]) * minute },
      { do: "erase", user }
    ],
    [{ do: "callback", user, isOld: false, isNamed: true }],
    []
  ]
  return [
    { do: "request", user, renew: random.chance(0.7), ...keyed },
    ...images,
    ...random.pick(ends),
    ...random.pick(ends)
  ]
}

/** One or two courses for each of one or two users, mixed, and what else happens anywhere between. */
export const drawHistory = (seed: number, random: Random): History => {
  const lines = users.slice(random.below(users.length)).map((user) => {
    const first = course(random, user)
    return random.chance(0.4) ? [...first, ...course(random, user)] : [...first]
  })
  lines.push(Array.from({ length: random.below(14) }, () => draw(random)))
  const steps: Array<Step> = []
  for (let left = lines; left.length > 0; left = left.filter((line) => line.length > 0)) {
    const deed = random.pick(left).shift()
    if (deed) steps.push({ after: random.pick(pauses), ...deed })
  }
  return { seed, steps }
}

/** A history as it is read: one step a line. */
export const show = ({ seed, steps }: History): string =>
  [`seed ${seed}`, ...steps.map(({ after, ...deed }) => `  after ${after} ms ${JSON.stringify(deed)}`)].join("\n")
