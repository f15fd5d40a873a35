// What this imports of `effect` it imports module by module: all of them take longer to load than the command takes.
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { clientCommand } from "../../adapters/cli/client-command.ts"
import { say } from "../../adapters/cli/say.ts"
import { clientRegistryFile } from "../../adapters/clients-file/client-registry-file.ts"
import { ClientRegistry } from "../../application/ports/client-registry.ts"
import type { Command } from "../surroundings.ts"
import { clientsFileOf, readVariables } from "../variables.ts"

/** `certreg client …`: 0 when it is done, 1 where the file cannot be used now, 2 where it was refused. */
export const run: Command = (args, { environment, directory, output }) =>
  Result.match(readVariables(environment, directory), {
    onFailure: ({ variable, rule }) => say(2, `${variable} ${rule}.`, output),
    onSuccess: (variables) =>
      clientCommand(args, output).pipe(
        Effect.provideService(ClientRegistry, clientRegistryFile(clientsFileOf(variables, directory)))
      )
  })
