import { rmSync, statSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { Effect, Layer, ManagedRuntime, Schema } from "effect"
import { expect, it, onTestFinished } from "vitest"
import { askService } from "../../src/adapters/sqlite/ask-service.ts"
import { lockDataDir } from "../../src/adapters/sqlite/lock.ts"
import { makeRequests, sqliteOperatorRequestsLayer } from "../../src/adapters/sqlite/operator-requests.ts"
import { Health } from "../../src/application/health.ts"
import { makeServeRequests } from "../../src/application/operator-requests/serve-requests.ts"
import { type OperatorRequest, OperatorRequests, type Report } from "../../src/application/ports/operator-requests.ts"
import { eventually } from "../support/eventually.ts"
import { recordedLog } from "../support/recorded-log.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

type Carried = { readonly request: OperatorRequest; readonly tell: (report: Report) => Effect.Effect<void> }
type Act = (carried: Carried) => Effect.Effect<Report, unknown>

const done: Report = { state: "done", text: "It is done." }

/** As far as a command knows, a service runs on it all the while. */
const directoryInUse = () => {
  const dataDir = temporaryFolder()
  const lock = lockDataDir(dataDir)
  onTestFinished(() => lock.close())
  return dataDir
}

/** A service on a directory that does all requests in one way. */
const serving = (dataDir: string, act: Act) => {
  const layer = Layer.mergeAll(sqliteOperatorRequestsLayer(dataDir), Health.layer, recordedLog().layer)
  const runtime = ManagedRuntime.make(layer)
  const serve = makeServeRequests((request, tell) => act({ request, tell }))
  const fiber = runtime.runFork(Effect.scoped(Effect.flatten(serve)))
  const end = async () => {
    fiber.interruptUnsafe()
    await runtime.dispose()
  }
  onTestFinished(end)
  return { end }
}

/** What a command is told until the end. */
const asking = (dataDir: string, request: OperatorRequest = { _tag: "RebuildViews" }) => {
  const reports: Array<Report> = []
  const answer = Effect.runPromise(askService(dataDir, request, (report) => reports.push(report)))
  return { answer, reports }
}

const kept = (dataDir: string) => {
  const db = new DatabaseSync(join(dataDir, "requests.db"))
  onTestFinished(() => db.close())
  return db
}

it("reaches the service, which tells how far it is and how it ended", async () => {
  const dataDir = directoryInUse()
  const carried: Array<OperatorRequest> = []
  serving(dataDir, ({ request, tell }) =>
    Effect.gen(function* () {
      carried.push(request)
      yield* tell({ state: "running", done: 3, of: 12, text: "A quarter." })
      // Until the command has seen it.
      yield* Effect.promise(() => eventually("a report", () => reports.some(({ of }) => of === 12)))
      return done
    })
  )
  const request = { _tag: "Republish", from: "start" } as const
  const { answer, reports } = asking(dataDir, request)
  expect(await answer).toEqual(done)
  expect(carried).toEqual([request])
  expect(reports.at(-1)).toEqual({ state: "running", done: 3, of: 12, text: "A quarter." })
  expect(statSync(join(dataDir, "requests.db")).mode & 0o777).toBe(0o600)
})

it("is refused where it fails, in the words of an error of ours alone", async () => {
  class Full extends Schema.TaggedError<Full>()("Full", {}) {
    override get message(): string {
      return "There is no room."
    }
  }
  const dataDir = directoryInUse()
  const failures = [Effect.fail(new Full()), Effect.die(new TypeError("secret")), Effect.fail("secret")]
  serving(dataDir, () => failures.shift() ?? Effect.succeed(done))
  const answers = await Promise.all([1, 2, 3, 4].map(() => asking(dataDir).answer))
  expect(answers.map(({ state, text }) => `${state}: ${text}`).toSorted()).toEqual([
    "done: It is done.",
    "refused: It ended with a bug: TypeError.",
    "refused: It ended with a bug: string.",
    "refused: There is no room."
  ])
})

it("is done by the next process where one ended in the middle, and goes on beside others", async () => {
  const dataDir = directoryInUse()
  let begun = 0
  const first = serving(dataDir, ({ request }) => {
    if (request._tag === "AcceptTopic") return Effect.succeed(done)
    begun++
    return Effect.never
  })
  const { answer } = asking(dataDir)
  await eventually("it to be begun", () => begun === 1)
  expect(await asking(dataDir, { _tag: "AcceptTopic" }).answer).toEqual(done)
  await first.end()
  serving(dataDir, () => Effect.succeed(done))
  expect(await answer).toEqual(done)
  expect(begun).toBe(1)
})

it("is taken back where nobody serves it, and the command learns so", async () => {
  const dataDir = temporaryFolder()
  await expect(asking(dataDir).answer).rejects.toMatchObject({ _tag: "NobodyServes" })
  expect(await Effect.runPromise(makeRequests(dataDir).open)).toEqual([])
})

it("is left to the next service where one ended that had begun it, and the command says so", async () => {
  const dataDir = temporaryFolder()
  const { open, report } = makeRequests(dataDir)
  const { answer } = asking(dataDir)
  const [asked] = Effect.runSync(open)
  Effect.runSync(report(asked?.id ?? "", { state: "running" }))
  await expect(answer).rejects.toMatchObject({ _tag: "ServiceEnded", message: expect.stringContaining("goes on") })
  expect(Effect.runSync(open)).toEqual([asked])
})

it("is taken back before it is begun or not at all, and what was taken back is not begun", async () => {
  const { ask, report, withdraw } = makeRequests(temporaryFolder())
  const run = Effect.runPromise
  const [begun, withdrawn] = [await run(ask({ _tag: "AcceptTopic" })), await run(ask({ _tag: "AcceptTopic" }))]
  expect(await run(report(begun, { state: "running" }))).toBe(true)
  expect([await run(withdraw(begun)), await run(withdraw(withdrawn))]).toEqual([false, true])
  expect(await run(report(withdrawn, { state: "running" }))).toBe(false)

  let looked = 0
  let carried = 0
  const gone = Layer.succeed(OperatorRequests, {
    open: Effect.sync(() => [{ id: String(++looked), request: { _tag: "AcceptTopic" } as const }]),
    report: () => Effect.succeed(false)
  })
  const serve = makeServeRequests(() => {
    carried++
    return Effect.succeed(done)
  })
  const stop = new AbortController()
  onTestFinished(() => stop.abort())
  const layer = Layer.mergeAll(gone, Health.layer, recordedLog().layer)
  void run(Effect.ignore(Effect.scoped(Effect.flatten(serve)).pipe(Effect.provide(layer))), {
    signal: stop.signal
  }).catch(() => {})
  await eventually("it to be looked at", () => looked > 1)
  expect(carried).toBe(0)
})

it("that nobody has begun for an hour is begun no more, and whoever still waits learns so", async () => {
  const dataDir = directoryInUse()
  const { answer } = asking(dataDir)
  const db = kept(dataDir)
  db.prepare("UPDATE requests SET at = ?").run(Date.now() - 3_590_000)
  expect(await Effect.runPromise(makeRequests(dataDir).open)).toHaveLength(1)
  db.prepare("UPDATE requests SET at = ?").run(Date.now() - 3_600_001)
  expect(await Effect.runPromise(makeRequests(dataDir).open)).toEqual([])
  expect(await answer).toMatchObject({ state: "refused", text: expect.stringContaining("Ask again") })
})

it("is left once another process lets go of the file, and whoever serves it waits for that in no call", async () => {
  const dataDir = directoryInUse()
  await Effect.runPromise(makeRequests(dataDir).open)
  const other = kept(dataDir)
  other.exec("BEGIN EXCLUSIVE")
  const { open } = await Effect.runPromise(OperatorRequests.pipe(Effect.provide(sqliteOperatorRequestsLayer(dataDir))))
  const waits: Array<number> = []
  for (let tries = 0; tries < 5; tries++) {
    const since = performance.now()
    expect(await Effect.runPromise(Effect.flip(open))).toMatchObject({ code: "SQLITE_BUSY" })
    waits.push(performance.now() - since)
  }
  // Not even on a machine that stalls at times they all take long.
  expect(Math.min(...waits)).toBeLessThan(1000)

  const { answer } = asking(dataDir)
  other.exec("ROLLBACK")
  serving(dataDir, () => Effect.succeed(done))
  expect(await answer).toEqual(done)
})

it("reaches the service also where the file of requests was removed", async () => {
  const dataDir = directoryInUse()
  serving(dataDir, () => Effect.succeed(done))
  expect(await asking(dataDir).answer).toEqual(done)
  rmSync(join(dataDir, "requests.db"))
  expect(await asking(dataDir).answer).toEqual(done)
})

it("of a later version is left to that, and answers are forgotten after a while", async () => {
  const dataDir = directoryInUse()
  serving(dataDir, () => Effect.succeed(done))
  await asking(dataDir).answer
  const db = kept(dataDir)
  const later = JSON.stringify({ _tag: "SomethingNew" })
  db.prepare("INSERT INTO requests VALUES ('later', ?, '{\"state\":\"waiting\"}', 1, 0)").run(later)
  db.prepare("UPDATE requests SET at = 0 WHERE id <> 'later'").run()
  expect(await asking(dataDir).answer).toEqual(done)
  expect(db.prepare("SELECT count(*) AS n FROM requests").get()).toEqual({ n: 2 })
  expect(db.prepare("SELECT is_open FROM requests WHERE id = 'later'").get()).toEqual({ is_open: 1 })
  expect(await Effect.runPromise(makeRequests(dataDir).open)).toEqual([])
})

it("may be left by two at the same time, of whom nobody was there before", async () => {
  const dataDir = temporaryFolder()
  const both = [makeRequests(dataDir), makeRequests(dataDir)]
  const ids = await Promise.all(both.map(({ ask }) => Effect.runPromise(ask({ _tag: "AcceptTopic" }))))
  const open = await Effect.runPromise(makeRequests(dataDir).open)
  expect(open.map(({ id }) => id).toSorted()).toEqual(ids.toSorted())
})
