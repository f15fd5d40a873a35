import { Layer } from "effect"
import { Telemetry } from "../../src/application/ports/telemetry.ts"

const silent = () => {}

/** Counts nothing. */
export const silentTelemetry: Layer.Layer<Telemetry> = Layer.succeed(Telemetry, {
  requestAnswered: silent,
  requestRefused: silent,
  streamsOpen: silent,
  messagesSent: silent,
  commandDecided: silent,
  platformCalled: silent,
  callbackPinged: () => 0,
  groupCommitted: silent,
  appended: silent,
  jobsWaiting: silent,
  checkpointSigned: silent
})
