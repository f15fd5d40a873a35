import { Layer } from "effect"
import { Telemetry } from "../../src/application/ports/telemetry.ts"

/** Keeps what is told of commands and calls. */
export const keptTelemetry = () => {
  const commands: Array<string> = []
  const calls: Array<{ readonly call: string; readonly outcome: string; readonly seconds: number }> = []
  const silent = () => {}
  const layer = Layer.succeed(Telemetry, {
    requestAnswered: silent,
    requestRefused: silent,
    streamsOpen: silent,
    messagesSent: silent,
    commandDecided: (command, outcome) => void commands.push(`${command} ${outcome}`),
    platformCalled: (call, outcome, seconds) => void calls.push({ call, outcome, seconds }),
    callbackPinged: () => 0,
    groupCommitted: silent,
    appended: silent,
    jobsWaiting: silent,
    checkpointSigned: silent
  })
  return { commands, calls, layer }
}
