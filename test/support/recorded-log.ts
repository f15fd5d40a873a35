import { Layer } from "effect"
import { Log, type LogFields } from "../../src/application/ports/log.ts"

/** A log that keeps its lines. */
export const recordedLog = () => {
  const lines: Array<{ readonly event: string } & LogFields> = []
  const write = (event: string, fields: LogFields = {}): void => {
    lines.push({ event, ...fields })
  }
  return { lines, write, layer: Layer.succeed(Log, { debug: write, info: write, warn: write, error: write }) }
}
