// What this imports of `effect` it imports module by module: all of them take longer to load than a command takes.
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { usage } from "../adapters/cli/client-arguments.ts"
import { clientCommand, type ExitCode, type Output } from "../adapters/cli/client-command.ts"
import { clientRegistryFile } from "../adapters/clients-file/client-registry-file.ts"
import { ClientRegistry } from "../application/ports/client-registry.ts"
import { guardProcess } from "./guard-process.ts"
import { clientsFileOf, readVariables } from "./variables.ts"

const output: Output = { stdout: console.log, stderr: console.error }

const say = (code: ExitCode, to: Output["stdout"], text: string) =>
  Effect.sync((): ExitCode => {
    to(text)
    return code
  })

const client = (args: ReadonlyArray<string>): Effect.Effect<ExitCode> => {
  const directory = process.cwd()
  return Result.match(readVariables(process.env, directory), {
    onFailure: ({ variable, rule }) => say(2, output.stderr, `${variable} ${rule}.`),
    onSuccess: (variables) =>
      clientCommand(args, output).pipe(
        Effect.provideService(ClientRegistry, clientRegistryFile(clientsFileOf(variables, directory)))
      )
  })
}

/** Loaded on demand: it brings the whole configuration and the store with it. */
const makeLogAndVault = Effect.promise(() => import("./init.ts")).pipe(
  Effect.flatMap(({ init }) => init(process.env, process.cwd())),
  Effect.flatMap(({ code, text }) => say(code, code === 0 ? output.stdout : output.stderr, text))
)

const rebuildViews = Effect.promise(() => import("./rebuild-views.ts")).pipe(
  Effect.flatMap(({ rebuildByCommand }) => rebuildByCommand(process.env, process.cwd(), output))
)

const kafka = (args: ReadonlyArray<string>) =>
  Effect.promise(() => import("./kafka-command.ts")).pipe(
    Effect.flatMap(({ kafkaCommand }) => kafkaCommand(args, process.env, process.cwd(), output))
  )

const run = ([command, ...args]: ReadonlyArray<string>): Effect.Effect<ExitCode> => {
  switch (command) {
    case "client":
      return client(args)
    case "init":
      return args.length > 0 ? say(2, output.stderr, usage) : makeLogAndVault
    case "views":
      return args.length === 1 && args[0] === "rebuild" ? rebuildViews : say(2, output.stderr, usage)
    case "kafka":
      return kafka(args)
    case "help":
    case "--help":
      return say(0, output.stdout, usage)
    default:
      return say(2, output.stderr, usage)
  }
}

guardProcess()
// The code alone, so that what was written still gets out.
process.exitCode = await Effect.runPromise(run(process.argv.slice(2)))
