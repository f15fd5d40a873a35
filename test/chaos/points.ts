import { globSync } from "node:fs"
import { fileURLToPath } from "node:url"
import type { Met, Point } from "./death.ts"

/** Ports that no crash is tried at, and why. */
const exempt: Readonly<Record<string, string>> = {
  Log: "a log line changes nothing that anybody relies on",
  Telemetry: "what is counted changes nothing that anybody relies on",
  Exposition: "looks, and changes nothing",
  ClientRegistry: "the command `certreg client` alone uses it",
  MessageBroker: "no Kafka here: `test/kafka` kills around it",
  Signer: "signs, and changes nothing",
  Tips: "is known from the start on, and changes nothing"
}
const restored = "a log that was put back alone calls it: `open-log.test.ts` and `restored.test.ts` die around it"
const published = "no Kafka here: `test/kafka` kills around it"
const asked = "looks, and changes nothing"
const rebuilt = "rows are made anew for an operator, or another version: `rebuild.test.ts` kills around it"
const rewrapped = "an operator asks for it: `keys-rewrap.test.ts` kills around it"
/** Methods that nothing here calls, and why. */
const uncalled: Readonly<Record<string, string>> = {
  "EventStore.positionOf": asked,
  "Messages.read": asked,
  "Messages.restoredAfter": asked,
  "Messages.count": asked,
  "RegistrationList.list": asked,
  "RegistrationList.stats": asked,
  "ViewsRebuild.begun": rebuilt,
  "ViewsRebuild.begin": rebuilt,
  "ViewsRebuild.swap": rebuilt,
  "OperatorRequests.report": "no operator is here",
  "PublisherCheckpoint.load": published,
  "PublisherCheckpoint.save": published,
  "PublisherCheckpoint.move": published,
  "KeyRewrap.count": rewrapped,
  "KeyRewrap.page": rewrapped,
  "KeyRewrap.finish": rewrapped,
  "KeptCheckpoint.forget": restored,
  "Views.reset": restored,
  "Views.reconciled": restored
}

const folder = fileURLToPath(new URL("../../src/application/ports", import.meta.url))
const isPort = (exported: unknown): exported is { readonly key: string } =>
  typeof exported === "function" && "key" in exported && String(exported.key).startsWith("certreg/application/ports/")

/** The names of all ports that the application declares, found in its files. */
const declaredPorts = async (): Promise<ReadonlyArray<string>> => {
  const modules = await Promise.all(globSync(`${folder}/*.ts`).map((file) => import(file) as Promise<object>))
  return modules
    .flatMap((module) => Object.values(module))
    .filter(isPort)
    .map(({ key }) => key.split("/").at(-1) ?? key)
}

const methodOf = (point: Point): string => point.split(" ")[0] ?? point
export const portOf = (point: Point): string => point.split(".")[0] ?? point

/**
 * What is wrong with a table of crash points: a port or method that is nowhere met and that nobody has excused, or an excuse that is not
 * needed. `met`: how often each point was met by all that the kit does.
 */
export const gapsIn = (ports: ReadonlyArray<string>, met: Met): ReadonlyArray<string> => {
  const wrapped = new Set(Object.keys(met).map(portOf))
  const gaps = ports.filter((port) => !wrapped.has(port) && !(port in exempt)).map((port) => `${port} is not wrapped`)
  for (const [point, times] of Object.entries(met)) {
    const isExcused = methodOf(point) in uncalled
    if (times === 0 && !isExcused) gaps.push(`${point} is never met`)
    if (times > 0 && isExcused) gaps.push(`${point} is met after all`)
  }
  return gaps
}

/** As `gapsIn`, for the ports that there are. */
export const gaps = async (met: Met): Promise<ReadonlyArray<string>> => gapsIn(await declaredPorts(), met)
