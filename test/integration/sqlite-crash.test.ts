import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { EventStore, noStream } from "../../src/application/ports/event-store.ts"
import type { Said } from "../support/appending-process.ts"
import { eventually } from "../support/eventually.ts"
import { sqliteLayer } from "../support/sqlite.ts"
import { newEvents, newId } from "../support/stored-events.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const program = new URL("../support/appending-process.ts", import.meta.url).pathname

type Acknowledged = Extract<Said, { readonly acknowledged: string }>
const acknowledged = (said: ReadonlyArray<Said>) => said.filter((line): line is Acknowledged => "acknowledged" in line)

/** Starts the appending process, which says what it does in a file: a pipe that is read slowly would hold it up. */
const start = (dataDir: string, maxFileBlocks = "unlimited") => {
  const output = join(temporaryFolder(), "output")
  const script = 'ulimit -f "$1"; exec "$2" "$3" "$4" > "$5"'
  const args = [maxFileBlocks, process.execPath, program, dataDir, output]
  const child = spawn("sh", ["-c", script, "sh", ...args], { stdio: "inherit" })
  const ended = once(child, "exit")
  // The last line of a killed process may be cut.
  const said = (): ReadonlyArray<Said> =>
    existsSync(output)
      ? readFileSync(output, "utf8")
          .split("\n")
          .slice(0, -1)
          .map((line) => JSON.parse(line))
      : []
  const kill = async (afterLines: number) => {
    await eventually(`${afterLines} lines`, () => said().length >= afterLines)
    child.kill("SIGKILL")
    await ended
    return said()
  }
  return { said, kill, ended: ended.then(said) }
}

/** Everything that was acknowledged is there, whole, and the log goes on. */
const holds = (dataDir: string, said: ReadonlyArray<Said>) =>
  Effect.gen(function* () {
    const store = yield* EventStore
    assert.isNotEmpty(acknowledged(said))
    for (const { acknowledged: stream, hashes } of acknowledged(said)) {
      const { events } = yield* store.read(stream)
      const kept = events.map(({ hash }) => hash)
      assert.deepStrictEqual(kept, hashes)
    }
    const stream = newId()
    yield* store.append(stream, noStream, newEvents(stream, noStream, 1))
  }).pipe(Effect.provide(sqliteLayer(dataDir)))

it.live("keeps what it acknowledged when it is killed, again and again", () =>
  Effect.gen(function* () {
    const dataDir = temporaryFolder()
    const all: Array<Said> = []
    for (const lines of [1, 200, 1500]) all.push(...(yield* Effect.promise(() => start(dataDir).kill(lines))))
    yield* holds(dataDir, all)
  })
)

it.live("lets nobody else write while it lives, and the next one in when it was killed", () =>
  Effect.gen(function* () {
    const dataDir = temporaryFolder()
    const first = start(dataDir)
    yield* Effect.promise(() => eventually("a first line", () => first.said().length > 0))
    const second = yield* Effect.promise(() => start(dataDir).ended)
    assert.deepStrictEqual(second, [
      { refused: "lock.db: another process writes to this directory: stop that one, or set another DATA_DIR." }
    ])
    const said = yield* Effect.promise(() => first.kill(first.said().length + 1))
    yield* holds(dataDir, said)
  })
)

it.live("ends when its disk fails, and has told nobody too much", () =>
  Effect.gen(function* () {
    const dataDir = temporaryFolder()
    // Beyond some megabytes of a file each write fails with an I/O error.
    const said = yield* Effect.promise(() => start(dataDir, "4096").ended)
    const code = "append_SQLITE_IOERR"
    const fatal = said.filter((line) => "fatal" in line)
    assert.deepStrictEqual(fatal, [{ fatal: code }])
    const undone = said.filter((line) => "undone" in line)
    assert.deepStrictEqual(
      undone,
      Array.from({ length: 32 }, () => ({ undone: "append", stored: "unknown", code }))
    )
    yield* holds(dataDir, said)
  })
)
