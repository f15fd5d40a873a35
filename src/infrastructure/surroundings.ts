import type { Effect } from "effect"
import type { ExitCode, Output } from "../adapters/cli/say.ts"

/** Where a command was given. */
export type Surroundings = {
  readonly environment: Record<string, string | undefined>
  readonly directory: string
  readonly output: Output
}

/** One of `certreg …`, given what follows its name. Answers the exit code. */
export type Command = (args: ReadonlyArray<string>, surroundings: Surroundings) => Effect.Effect<ExitCode>
