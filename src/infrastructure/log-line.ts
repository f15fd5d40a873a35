import type { LogFields } from "../application/ports/log.ts"

// A record, so that a field that is added to the port and not here does not compile.
const allowed: { readonly [K in keyof Required<LogFields>]: true } = {
  requestId: true,
  correlationId: true,
  registrationId: true,
  traceId: true,
  clientId: true,
  route: true,
  method: true,
  status: true,
  millis: true,
  operation: true,
  tag: true,
  code: true,
  stream: true,
  revision: true,
  storedName: true,
  count: true,
  epoch: true,
  host: true,
  port: true,
  version: true,
  detail: true,
  note: true
}
const names = Object.keys(allowed) as ReadonlyArray<keyof LogFields>

/** The fields that a line may hold, whatever the caller's object holds beside them. */
export const allowedFields = (fields: LogFields): LogFields => {
  const picked: Record<string, string | number> = {}
  for (const name of names) {
    const value = fields[name]
    if (typeof value === "string" || typeof value === "number") picked[name] = value
  }
  return picked
}

const colours: { readonly [level: string]: number } = { debug: 90, info: 32, warn: 33, error: 31 }

/** A JSON line as somebody at a terminal reads it: `17:56:28.123 INFO listening host=127.0.0.1 port=8080`. */
export const prettyLine = (line: string): string => {
  const { level, time, event, ...fields } = JSON.parse(line)
  const pairs = Object.entries(fields).map(([name, value]) => ` \u001b[90m${name}=\u001b[39m${value}`)
  return `${time.slice(11, 23)} \u001b[${colours[level] ?? 39}m${level.toUpperCase()}\u001b[39m ${event}${pairs.join("")}\n`
}
