import { Effect, Layer } from "effect"
import { type DestinationStream, type LevelWithSilent, pino } from "pino"
import { Log, type LogFields } from "../application/ports/log.ts"
import { allowedFields, prettyLine } from "./log-line.ts"
import { openStdout } from "./stdout.ts"

export const logLevels = [
  "trace",
  "debug",
  "info",
  "warn",
  "error",
  "fatal",
  "silent"
] as const satisfies ReadonlyArray<LevelWithSilent>
export type LogLevel = (typeof logLevels)[number]

/** JSON lines of a level and above, each with its level, time (RFC 3339) and event, and of its fields only those that the port allows. */
export const logTo = (destination: DestinationStream, level: LogLevel): Log["Service"] => {
  const logger = pino(
    {
      level,
      base: null,
      messageKey: "event",
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) }
    },
    destination
  )
  const write =
    (severity: "debug" | "info" | "warn" | "error") =>
    (event: string, fields: LogFields = {}): void =>
      logger[severity](allowedFields(fields), event)
  return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") }
}

/** The log on stdout: JSON lines, or text when that is a terminal. */
export const logging = (level: LogLevel): Layer.Layer<Log> =>
  Layer.effect(
    Log,
    Effect.gen(function* () {
      const isTerminal = process.stdout.isTTY
      const stdout = openStdout((count) => log.warn("log_lines_dropped", { count }))
      const log = logTo(isTerminal ? { write: (line) => stdout.write(prettyLine(line)) } : stdout, level)
      yield* Effect.addFinalizer(() => Effect.sync(stdout.flush))
      return log
    })
  )
