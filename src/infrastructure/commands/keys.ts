import { tellOn } from "../../adapters/cli/report-printer.ts"
import { say } from "../../adapters/cli/say.ts"
import { usage } from "../../adapters/cli/usage.ts"
import { rewrapKeys } from "../../application/operator-requests/rewrap-keys.ts"
import { onDataDir } from "../operator-command.ts"
import type { Command } from "../surroundings.ts"

/** `certreg keys rewrap`: 0 when all keys are under the first master key, 1 when not, 2 where there is nothing to do it with. */
export const run: Command = (args, surroundings) => {
  if (args.length !== 1 || args[0] !== "rewrap") return say(2, usage, surroundings.output)
  return onDataDir({ _tag: "RewrapKeys" }, () => rewrapKeys(tellOn(surroundings.output)), surroundings)
}
