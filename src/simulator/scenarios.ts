import { BoundedMap } from "./bounded-map.ts"
import type { Fault, FaultPoint } from "./faults.ts"
import { FaultQueue, isFaultPoint, parseFault } from "./faults.ts"
import type { Stage } from "./stages.ts"
import type { ChosenEnding, Trait } from "./test-values.ts"
import { isTrait, parseEnding, valuesIn } from "./test-values.ts"

/** What test values ask for. */
interface Wish {
  readonly ending: ChosenEnding | undefined
  readonly traits: ReadonlySet<Trait>
  readonly faults: ReadonlyMap<FaultPoint, FaultQueue>
  /** Test values that nobody knows: every call of such a user is refused, since its test would test nothing. */
  readonly unknown: ReadonlyArray<string>
}

/** What is to happen to one user, or to everybody. */
export interface Scenario {
  ending: ChosenEnding | undefined
  traits: ReadonlySet<Trait>
  stages: ReadonlyArray<Stage> | undefined
  readonly faults: Map<FaultPoint, FaultQueue>
  unknown: ReadonlyArray<string>
}

/** `confirm-500-after-x2`: at the confirm, twice; `poll-429-always`. */
const parseFaultValue = (word: string): readonly [FaultPoint, FaultQueue] | undefined => {
  const [, point = "", name = "", always, times] = /^([a-z]+)-(.+?)(?:-(always)|-x(\d{1,3}))?$/.exec(word) ?? []
  const fault = parseFault(name)
  if (!isFaultPoint(point) || fault === undefined) return undefined
  return [point, always ? new FaultQueue([], fault) : new FaultQueue(Array<Fault>(Number(times ?? 1)).fill(fault))]
}

export const parseValues = (values: ReadonlyArray<string>): Wish => {
  const traits = new Set<Trait>()
  const faults = new Map<FaultPoint, FaultQueue>()
  const unknown: Array<string> = []
  let ending: ChosenEnding | undefined
  for (const value of values) {
    const fault = parseFaultValue(value)
    const chosen = parseEnding(value)
    if (isTrait(value)) traits.add(value)
    else if (chosen !== undefined) ending = chosen
    else if (fault !== undefined) faults.set(...fault)
    else unknown.push(value)
  }
  return { ending, traits, faults, unknown }
}

const scenarioOf = (wish: Wish): Scenario => ({ ...wish, faults: new Map(wish.faults), stages: undefined })

/** The wish replaces the one of before; faults of other calls stay. */
export const grant = (scenario: Scenario, { ending, faults, traits, unknown }: Wish): void => {
  Object.assign(scenario, { ending, traits, unknown })
  for (const [point, queue] of faults) scenario.faults.set(point, queue)
}

/** Scenarios by partner user id: from the test values in it, until a script says otherwise. */
export class Scenarios {
  readonly everybody: Scenario = scenarioOf(parseValues([]))
  readonly #own: BoundedMap<string, Scenario>

  constructor(limit: number) {
    this.#own = new BoundedMap(limit)
  }

  /** The user's own scenario, or everybody's when it has none. */
  of(partnerUserId: string): Scenario {
    return this.#own.get(partnerUserId) ?? (partnerUserId.includes(".sim-") ? this.own(partnerUserId) : this.everybody)
  }

  /** The user's own scenario, made if need be. */
  own(partnerUserId: string): Scenario {
    const known = this.#own.get(partnerUserId)
    if (known !== undefined) return known
    const scenario = scenarioOf(parseValues(valuesIn(partnerUserId)))
    this.#own.set(partnerUserId, scenario)
    return scenario
  }

  nextFault(scenario: Scenario, points: ReadonlyArray<FaultPoint>): Fault | undefined {
    return (
      this.#next(scenario, points) ?? (scenario === this.everybody ? undefined : this.#next(this.everybody, points))
    )
  }

  #next(scenario: Scenario, points: ReadonlyArray<FaultPoint>): Fault | undefined {
    if (scenario.faults.size === 0) return undefined
    for (const point of points) {
      const fault = scenario.faults.get(point)?.next()
      if (fault !== undefined) return fault
    }
    return undefined
  }

  clear(): void {
    this.#own.clear()
    this.everybody.faults.clear()
    this.everybody.stages = undefined
    grant(this.everybody, parseValues([]))
  }
}
