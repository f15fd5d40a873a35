import { Effect } from "effect"
import { say } from "../../adapters/cli/say.ts"
import { usage } from "../../adapters/cli/usage.ts"
import { init } from "../init.ts"
import type { Command } from "../surroundings.ts"

/** `certreg init`: 0 when they are made, 1 where that failed, 2 where they are there already or the configuration is wrong. */
export const run: Command = (args, { environment, directory, output }) =>
  args.length > 0
    ? say(2, usage, output)
    : Effect.flatMap(init(environment, directory), ({ code, text }) => say(code, text, output))
