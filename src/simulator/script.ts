import type { Fault } from "./faults.ts"
import { FaultQueue, isFaultPoint, parseFault } from "./faults.ts"
import type { Options } from "./options.ts"
import { wrongSettings } from "./options.ts"
import { grant, parseValues } from "./scenarios.ts"
import type { Simulator } from "./simulator.ts"
import type { Stage } from "./stages.ts"

type Json = Readonly<Record<string, unknown>>

/** What a test has to say about one user, or about everybody when `user` is missing. A part that is missing stays as it was. */
export interface Script {
  /** A partner user id. */
  readonly user?: string
  /** Test values, without `.sim-`; they replace those of before. */
  readonly values?: ReadonlyArray<string>
  /** By call, or `ktp` and `selfie` for one upload: faults used up in order, one that always strikes, or null for none. */
  readonly faults?: { readonly [point: string]: ReadonlyArray<unknown> | { readonly always: unknown } | null }
  /** The whole course of a submission after its confirm, instead of the usual one; null: the usual one. */
  readonly stages?: ReadonlyArray<Partial<Stage> & Pick<Stage, "status">> | null
  /** Options to change, for everybody. */
  readonly settings?: Partial<Options>
}

const isJson = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value)

const parseQueue = (value: unknown): FaultQueue | undefined => {
  if (value === null) return new FaultQueue([])
  if (isJson(value)) {
    const always = parseFault(value["always"])
    return always === undefined ? undefined : new FaultQueue([], always)
  }
  if (!Array.isArray(value)) return undefined
  const faults = value.map(parseFault)
  return faults.every((fault) => fault !== undefined) ? new FaultQueue(faults as ReadonlyArray<Fault>) : undefined
}

/** A stage with its defaults: at once, and with a callback. */
export const parseStage = (value: unknown): Stage | undefined =>
  isJson(value) && typeof value["status"] === "string"
    ? { afterMs: 0, callback: "sent", ...(value as Partial<Stage> & Pick<Stage, "status">) }
    : undefined

const known = ["user", "values", "faults", "stages", "settings"]

/** Applies all of a script, or nothing. Answers what is wrong with it. */
export const applyScript = ({ options, scenarios }: Simulator, script: Json): ReadonlyArray<string> => {
  const { user, values, faults = {}, stages, settings = {} } = script
  const queues = isJson(faults)
    ? Object.entries(faults).map(([point, queue]) => [point, parseQueue(queue)] as const)
    : []
  const parsedStages = Array.isArray(stages) ? stages.map(parseStage) : undefined
  const wish =
    Array.isArray(values) && values.every((value) => typeof value === "string") ? parseValues(values) : undefined
  const wrong = [
    ...Object.keys(script).filter((name) => !known.includes(name)),
    ...(user === undefined || typeof user === "string" ? [] : ["user"]),
    ...(values === undefined || wish !== undefined ? [] : ["values"]),
    ...(wish?.unknown.map((value) => `values.${value}`) ?? []),
    ...(isJson(faults) ? [] : ["faults"]),
    ...queues
      .filter(([point, queue]) => !isFaultPoint(point) || queue === undefined)
      .map(([point]) => `faults.${point}`),
    ...(stages === undefined || stages === null || parsedStages?.every((stage) => stage !== undefined)
      ? []
      : ["stages"]),
    ...(isJson(settings) ? wrongSettings(settings).map((name) => `settings.${name}`) : ["settings"])
  ]
  if (wrong.length > 0) return wrong
  const scenario = typeof user === "string" ? scenarios.own(user) : scenarios.everybody
  if (wish !== undefined) grant(scenario, wish)
  for (const [point, queue] of queues) if (isFaultPoint(point) && queue !== undefined) scenario.faults.set(point, queue)
  if (stages !== undefined) scenario.stages = parsedStages as ReadonlyArray<Stage> | undefined
  Object.assign(options, settings)
  return []
}
