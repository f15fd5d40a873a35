import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type { ApiClient } from "../../application/ports/api-clients.ts"
import {
  type ClientExists,
  ClientRegistry,
  type ClientsUnavailable,
  type NoSuchClient,
  type RotationMismatch
} from "../../application/ports/client-registry.ts"
import { type ClientCommand, readClientCommand } from "./client-arguments.ts"
import { type ExitCode, type Output, say } from "./say.ts"

const describe = ({ id, tenant, scopes, isRotating }: ApiClient & { readonly isRotating: boolean }): string =>
  `${id}\ttenant ${tenant}\t${scopes.join(",")}${isRotating ? "\ttwo keys" : ""}`

type Refusal = ClientExists | NoSuchClient | RotationMismatch | ClientsUnavailable

/** Answers the lines for stdout: a new key stands there alone. */
const carryOut = (
  command: ClientCommand,
  registry: ClientRegistry["Service"]
): Effect.Effect<ReadonlyArray<string>, Refusal> => {
  switch (command._tag) {
    case "Add":
      return Effect.map(registry.add(command.client), (key) => [Redacted.value(key)])
    case "List":
      return Effect.map(registry.list, (clients) => clients.map(describe))
    case "Remove":
      return Effect.as(registry.remove(command.id), [])
    case "Rotate":
      return Effect.map(registry.rotate(command.id), (key) => [Redacted.value(key)])
    case "FinishRotation":
      return Effect.as(registry.finishRotation(command.id), [])
  }
}

const mismatch = (command: ClientCommand, id: string): string =>
  command._tag === "Rotate"
    ? `${id} has two keys: end that rotation first (client rotate ${id} --finish).`
    : `${id} has one key: no rotation is under way.`

/** `certreg client …` (service-api §6), given what follows `client`. */
export const clientCommand = (
  args: ReadonlyArray<string>,
  output: Output
): Effect.Effect<ExitCode, never, ClientRegistry> => {
  const exit = (code: 1 | 2, message: string) => say(code, message, output)
  return Result.match(readClientCommand(args), {
    onFailure: (message) => exit(2, message),
    onSuccess: (command) =>
      ClientRegistry.use((registry) => carryOut(command, registry)).pipe(
        Effect.map((lines): ExitCode => {
          for (const line of lines) output.stdout(line)
          return 0
        }),
        Effect.catchTags({
          ClientExists: ({ id }) => exit(2, `There is a client ${id} already.`),
          NoSuchClient: ({ id }) => exit(2, `There is no client ${id}.`),
          RotationMismatch: ({ id }) => exit(2, mismatch(command, id)),
          ClientsUnavailable: ({ code }) => exit(1, `The file of the clients cannot be read or changed (${code}).`)
        })
      )
  })
}
