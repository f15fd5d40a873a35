import "effect/schema/SchemaJITCompiler/enable"
import { Cause, Effect, Exit, Fiber, Layer, Predicate, Result } from "effect"
import { tagOf } from "../application/error-words.ts"
import { Log } from "../application/ports/log.ts"
import { appLayer } from "./app.ts"
import { readConfig } from "./config.ts"
import { emptyInProduction } from "./first-start.ts"
import { logging } from "./logging.ts"
import { readStartArguments } from "./start-arguments.ts"
import { startWarnings } from "./start-warnings.ts"
import { onStopSignal } from "./stop-signals.ts"

/** Exit codes: 0 after a signal, 1 when it cannot start or is to stop at once, 70 when nothing can be written any more. */
const cannotStart = 1
const cannotWrite = 70

const refuse = (sentence: string): never => {
  console.error(sentence)
  process.exit(cannotStart)
}

const { afterRestore } = Result.getOrElse(readStartArguments(process.argv.slice(2)), refuse)
const config = Result.getOrElse(readConfig(process.env, process.cwd()), (wrong) => refuse(wrong.message))

const empty = emptyInProduction(config)
if (empty) refuse(empty)

/** A sentence for the operator where the error has one; of a bug the name alone, since its message may carry input. */
const sentenceOf = (cause: Cause.Cause<unknown>): string => {
  const error = Cause.squash(cause)
  if (Predicate.hasProperty(error, "_tag") && error instanceof Error) return `certreg cannot start: ${error.message}`
  return `certreg died of a bug: ${tagOf(error)}`
}

const service = Layer.unwrap(
  Effect.map(Log, (log) => {
    for (const { event, fields } of startWarnings(config)) log.warn(event, fields)
    return appLayer(
      config,
      (code) => {
        log.error("cannot_write_any_more", { code })
        // The log line still gets out; nothing else is waited for.
        setTimeout(() => process.exit(cannotWrite), 50)
      },
      afterRestore
    )
  })
).pipe(Layer.provide(logging(config.logLevel)))

const running = Effect.runFork(Layer.launch(service))
// Also the second time: it ends as the first one said.
let toldAt: number | undefined
const stop = () => {
  // Ctrl-C reaches a program twice when npm passes it on as well; who asks again later does not want to wait.
  if (toldAt !== undefined && performance.now() - toldAt > 1000) process.exit(cannotStart)
  toldAt ??= performance.now()
  Effect.runFork(Fiber.interrupt(running))
}
onStopSignal(stop)

running.addObserver((exit) => {
  if (Exit.isFailure(exit) && !Cause.hasInterruptsOnly(exit.cause)) refuse(sentenceOf(exit.cause))
  process.exit(0)
})
