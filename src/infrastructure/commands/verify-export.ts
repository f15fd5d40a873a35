import { resolve } from "node:path"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { type ExitCode, say } from "../../adapters/cli/say.ts"
import { readVerifyExportArguments } from "../../adapters/cli/verify-export-arguments.ts"
import { readPublicKey } from "../../application/proof/ed25519.ts"
import { mostExportBytes } from "../../application/proof/exporting/export-format.ts"
import { wordsOf } from "../../application/proof/exporting/export-words.ts"
import { verifyExport } from "../../application/proof/exporting/verify-export.ts"
import { readBounded } from "../bounded-file.ts"
import type { Command } from "../surroundings.ts"

const noKey = "The key is no Ed25519 public key (PEM, or base64 of its SPKI form)."

/** `certreg verify-export …`: 0 when all is proven, 1 when something contradicts it, 2 otherwise. Needs neither configuration nor data. */
export const run: Command = (args, { directory, output }) =>
  Result.match(readVerifyExportArguments(args), {
    onFailure: (message) => say(2, message, output),
    onSuccess: ({ file, key }) => {
      const read = (path: string, what: string) => readBounded(resolve(directory, path), mostExportBytes, what)
      const given = key === undefined ? Effect.undefined : Effect.flatMap(read(key, "The file that --key names"), keyIn)
      return Effect.all([given, read(file, "The file")]).pipe(
        Effect.flatMap(([trusted, bytes]) => {
          const [code, sentence] = wordsOf(verifyExport(bytes, trusted))
          return say(code, sentence, output)
        }),
        Effect.catch((message): Effect.Effect<ExitCode> => say(2, message, output))
      )
    }
  })

const keyIn = (bytes: Buffer): Effect.Effect<string, string> => {
  const key = readPublicKey(bytes.toString("latin1"))
  return key === undefined ? Effect.fail(noKey) : Effect.succeed(key)
}
