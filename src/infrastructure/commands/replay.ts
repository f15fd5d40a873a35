import "effect/schema/SchemaJITCompiler/enable"
import { Effect } from "effect"
import { tellOn } from "../../adapters/cli/report-printer.ts"
import { say } from "../../adapters/cli/say.ts"
import { usage } from "../../adapters/cli/usage.ts"
import { replay } from "../../application/replaying/replay.ts"
import { outcomeOf } from "../../application/replaying/replay-words.ts"
import { reading } from "../reading.ts"
import { replayInParts, threadsFor } from "../replay-in-parts.ts"
import type { Command } from "../surroundings.ts"

/** `certreg replay`: 0 when rows and messages are what the log comes to, 1 with what differs, 2 where they cannot be read. */
export const run: Command = (args, surroundings) => {
  const { output } = surroundings
  if (args.length > 0) return say(2, usage, output)
  const tell = tellOn(output)
  return reading(
    surroundings,
    (known) =>
      Effect.flatMap(
        replay((end) => replayInParts(known, end, threadsFor(known, end), tell)),
        (replayed) => say(replayed.hasMessages && replayed.differences.total === 0 ? 0 : 1, outcomeOf(replayed), output)
      ),
    "required"
  )
}
