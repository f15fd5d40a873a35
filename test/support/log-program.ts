import { once } from "node:events"
import { Effect } from "effect"
import { Log } from "../../src/application/ports/log.ts"
import { logging } from "../../src/infrastructure/logging.ts"

// Writes as many lines as it is told, a thousand in a turn, says so on stderr, and ends with exit code 3: by itself, by `exit`, or once
// its stdin ends.
const [count, end] = process.argv.slice(2)

const write = Effect.gen(function* () {
  const log = yield* Log
  for (let line = 1; line <= Number(count); line++) {
    log.info("line_written", { count: line, route: "/v1/registrations/:id".padEnd(200, "*") })
    if (line % 1000 === 0) yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
  }
  process.stderr.write("written")
  if (end === "exit") process.exit(3)
  if (end === "stdin") yield* Effect.promise(() => once(process.stdin.resume(), "end"))
})

await Effect.runPromise(Effect.provide(write, logging("info")))
process.exitCode = 3
