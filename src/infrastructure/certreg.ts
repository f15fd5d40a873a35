// What this imports of `effect` it imports module by module: all of them take longer to load than a command takes.
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { usage } from "../adapters/cli/client-arguments.ts"
import { clientCommand } from "../adapters/cli/client-command.ts"
import { type ExitCode, type Output, say } from "../adapters/cli/say.ts"
import { clientRegistryFile } from "../adapters/clients-file/client-registry-file.ts"
import { ClientRegistry } from "../application/ports/client-registry.ts"
import { guardProcess } from "./guard-process.ts"
import { clientsFileOf, readVariables } from "./variables.ts"

const output: Output = { stdout: console.log, stderr: console.error }
const surroundings = { environment: process.env, directory: process.cwd(), output }

const client = (args: ReadonlyArray<string>): Effect.Effect<ExitCode> => {
  const directory = process.cwd()
  return Result.match(readVariables(process.env, directory), {
    onFailure: ({ variable, rule }) => say(2, `${variable} ${rule}.`, output),
    onSuccess: (variables) =>
      clientCommand(args, output).pipe(
        Effect.provideService(ClientRegistry, clientRegistryFile(clientsFileOf(variables, directory)))
      )
  })
}

/** Loaded on demand: it brings the whole configuration and the store with it. */
const makeLogAndVault = Effect.promise(() => import("./init.ts")).pipe(
  Effect.flatMap(({ init }) => init(process.env, process.cwd())),
  Effect.flatMap(({ code, text }) => say(code, text, output))
)

const rebuildViews = Effect.promise(() => import("./views-command.ts")).pipe(
  Effect.flatMap(({ viewsCommand }) => viewsCommand(surroundings))
)

const kafka = (args: ReadonlyArray<string>) =>
  Effect.promise(() => import("./kafka-command.ts")).pipe(
    Effect.flatMap(({ kafkaCommand }) => kafkaCommand(args, surroundings))
  )

const run = ([command, ...args]: ReadonlyArray<string>): Effect.Effect<ExitCode> => {
  switch (command) {
    case "client":
      return client(args)
    case "init":
      return args.length > 0 ? say(2, usage, output) : makeLogAndVault
    case "views":
      return args.length === 1 && args[0] === "rebuild" ? rebuildViews : say(2, usage, output)
    case "kafka":
      return kafka(args)
    case "help":
    case "--help":
      return say(0, usage, output)
    default:
      return say(2, usage, output)
  }
}

guardProcess()
// The code alone, so that what was written still gets out.
process.exitCode = await Effect.runPromise(run(process.argv.slice(2)))
