import { resolve } from "node:path"
import { Effect, Result } from "effect"
import { readExportArguments } from "../../adapters/cli/export-arguments.ts"
import { type ExitCode, say } from "../../adapters/cli/say.ts"
import { codeOf } from "../../application/error-words.ts"
import { type Exported, exportRegistration } from "../../application/proof/exporting/export-registration.ts"
import { wordsOfExport } from "../../application/proof/exporting/export-words.ts"
import { askToSign } from "../ask-to-sign.ts"
import { isTaken, writeNewFile } from "../new-file.ts"
import { reading } from "../reading.ts"
import type { Command, Surroundings } from "../surroundings.ts"

const taken = "There is something already where --output points: it is not overwritten."

/** `certreg export …`: 0 when everything in it is proven, 1 when not, or when the log proves nothing. */
export const run: Command = (args, surroundings) => {
  const { directory, output } = surroundings
  const read = readExportArguments(args)
  if (Result.isFailure(read)) return say(2, read.failure, output)
  const { id, output: given } = read.success
  const target = given === undefined ? undefined : resolve(directory, given)
  if (target !== undefined && isTaken(target)) return say(2, taken, output)
  return reading(surroundings, ({ dataDir }) =>
    askToSign(dataDir, output).pipe(
      Effect.andThen(exportRegistration(id)),
      Effect.flatMap((exported) => handOut(exported, target, output)),
      Effect.catchTags({
        NotProvable: ({ message }) => say(1, message, output),
        ChainBroken: ({ message }) => say(1, message, output)
      })
    )
  )
}

const handOut = (
  { bytes, file, uncoveredFrom }: Exported,
  target: string | undefined,
  output: Surroundings["output"]
): Effect.Effect<ExitCode> => {
  const sentence = wordsOfExport(file, uncoveredFrom)
  const code = uncoveredFrom === undefined ? 0 : 1
  if (target !== undefined)
    return Effect.try(() => writeNewFile(target, bytes)).pipe(
      Effect.andThen(say(code, sentence, output)),
      Effect.catch(({ cause }) => say(1, `The file cannot be written (${codeOf(cause)}).`, output))
    )
  // On stdout the export stands alone.
  output.stdout(Buffer.from(bytes).toString().trimEnd())
  return code === 0 ? Effect.succeed(0) : say(code, sentence, output)
}
