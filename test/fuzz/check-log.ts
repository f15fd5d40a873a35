import { marksIn, numberOf } from "./marks.ts"

/** Members of a log line. */
const known: ReadonlySet<string> = new Set([
  ...[
    "level",
    "time",
    "event",
    "requestId",
    "correlationId",
    "registrationId",
    "traceId",
    "clientId",
    "route",
    "method"
  ],
  ...[
    "status",
    "millis",
    "operation",
    "tag",
    "code",
    "stream",
    "revision",
    "storedName",
    "count",
    "host",
    "port",
    "version",
    "note"
  ]
])

/** Events that no caller may bring about. */
const alarms: ReadonlySet<unknown> = new Set([
  ...["request_failed", "step_died", "sweep_failed", "work_failed", "history_damaged", "unreadable_event"],
  ...["cannot_write_any_more", "log_lines_dropped"]
])

const lineOf = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What is wrong with a line of the output: it is no JSON of known members, or repeats a value of a request. */
const checkLine = (text: string, secrets: ReadonlyArray<string>): ReadonlyArray<string> => {
  const line = lineOf(text)
  if (typeof line !== "object" || line === null) return ["no JSON line"]
  const { requestId: _, ...others } = line
  return [
    ...Object.keys(line)
      .filter((name) => !known.has(name))
      .map((name) => `member ${name}`),
    ...Object.entries(others).flatMap(([name, value]) =>
      marksIn(String(value)).map((mark) => `${name} repeats a value of request ${numberOf(mark)}`)
    ),
    ...secrets.filter((secret) => text.includes(secret)).map(() => "a secret"),
    ...(typeof line["event"] === "string" && /^[a-z_]+$/.test(line["event"]) ? [] : ["no event"]),
    ...(alarms.has(line["event"]) ? ["an alarm"] : [])
  ]
}

/** What is wrong in all that the service has printed. */
export const checkLog = (output: string, secrets: ReadonlyArray<string>): ReadonlyArray<string> =>
  output
    .split("\n")
    .filter((line) => line !== "")
    .flatMap((line) => checkLine(line, secrets).map((wrong) => `log line: ${wrong}: ${line.slice(0, 500)}`))
