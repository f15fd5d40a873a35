import { spawn } from "node:child_process"
import { once } from "node:events"
import { Effect, Fiber, ManagedRuntime } from "effect"
import { expect, it, onTestFinished } from "vitest"
import { Health } from "../../src/application/health.ts"
import { type Arrival, NewMessages } from "../../src/application/messages/new-messages.ts"
import { EventStore, noStream, type Position } from "../../src/application/ports/event-store.ts"
import type { Message } from "../../src/application/ports/message.ts"
import { Messages } from "../../src/application/ports/messages.ts"
import { Views } from "../../src/application/ports/views.ts"
import { ViewsRebuild } from "../../src/application/ports/views-rebuild.ts"
import { keepRows } from "../../src/application/projecting/projection.ts"
import { rebuildViews } from "../../src/application/projecting/rebuild-views.ts"
import { makeRebuilds } from "../../src/application/projecting/rebuilds.ts"
import { eventually } from "../support/eventually.ts"
import { second, start } from "../support/given.ts"
import { appendIssued, rebuildingOn } from "../support/rebuilding.ts"
import { tomorrows, unrecorded } from "../support/recorded-events.ts"
import { histories } from "../support/registration-events.ts"
import type { settingsWith } from "../support/settings.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const each = histories.issued.length
const publicOnes = 7

/** What works on a directory; `fed` are the positions after which pages were asked for. */
const working = (dataDir: string, settings?: Parameters<typeof settingsWith>[0]) => {
  const fed: Array<Position> = []
  const runtime = ManagedRuntime.make(
    rebuildingOn(dataDir, (after) => Effect.sync(() => void fed.push(after)), settings)
  )
  onTestFinished(() => runtime.dispose())
  return { run: runtime.runPromise, dispose: () => runtime.dispose(), fed }
}
type Working = ReturnType<typeof working>

const rebuilt = ({ run }: Working) => run(rebuildViews(() => Effect.void))

const messagesOf = ({ run }: Working) =>
  run(
    Effect.gen(function* () {
      const { read } = yield* Messages
      const all: Array<Message> = []
      while (true) {
        const { messages } = yield* read(all.at(-1)?.position ?? 0, 1000)
        if (messages.length === 0) return all
        all.push(...messages)
      }
    })
  )
const rowsOf = async (one: Working, messages: ReadonlyArray<Message>) => {
  const ids = [...new Set(messages.map(({ registrationId }) => registrationId))]
  return one.run(Views.use((views) => views.rows(ids)))
}
const positionOf = ({ run }: Working) => run(Views.use((views) => views.position))

it("takes the place of the live rows while these go on, and nothing is missing before or after", async () => {
  const one = working(temporaryFolder())
  const arrivals: Array<Arrival> = []
  await one.run(NewMessages.use(({ listen }) => Effect.sync(() => listen((arrival) => arrivals.push(arrival)))))
  await one.run(appendIssued(50))
  const live = await one.run(Effect.forkDetach(keepRows))
  const appending = one.run(appendIssued(150))
  await rebuilt(one)
  await rebuilt(one)
  await appending
  await one.run(appendIssued(1))
  await eventually("the rows to be there", async () => (await positionOf(one)) === 201 * each)
  await eventually("what is new to be told", () => arrivals.at(-1)?.upTo === 201 * each)
  await one.run(Fiber.interrupt(live))

  const messages = await messagesOf(one)
  expect(messages).toHaveLength(201 * publicOnes)
  // Also what was told of them in this process, where it was not skipped: the rest is read.
  const known = new Map(messages.map((message) => [message.position, message]))
  for (const message of arrivals.flatMap((arrival) => arrival.messages))
    expect(known.get(message.position)).toEqual(message)

  // The same as of the same log from its beginning.
  await rebuilt(one)
  expect(await messagesOf(one)).toEqual(messages)
  const rows = await rowsOf(one, messages)
  expect(rows.size).toBe(201)
  for (const row of rows.values())
    expect(row).toMatchObject({ revision: each - 1, state: { _tag: "Issued" }, outcome: { kind: "issued" } })
})

it("goes on where a process was that was killed, and has nothing twice and misses nothing", async () => {
  const dataDir = temporaryFolder()
  const filling = working(dataDir)
  await filling.run(appendIssued(200))
  await filling.dispose()
  const program = new URL("../support/rebuild-program.ts", import.meta.url).pathname
  const child = spawn(process.execPath, [program, dataDir, "1500"], { stdio: ["ignore", "pipe", "inherit"] })
  const [place] = await once(child.stdout, "data")
  expect(Number(place)).toBeGreaterThanOrEqual(1500)
  child.kill("SIGKILL")
  await once(child, "exit")

  const next = working(dataDir)
  const { from, count } = await rebuilt(next)
  // The page that was handled last may not have been saved.
  expect(from).toBeGreaterThanOrEqual(1000)
  expect(next.fed[0]).toBe(from)
  expect(count).toBe(200 * each - from)
  const messages = await messagesOf(next)
  expect(new Set(messages.map(({ json }) => JSON.parse(json).id)).size).toBe(200 * publicOnes)
  expect((await rowsOf(next, messages)).size).toBe(200)
})

it("ends the messages before an event whose time nobody can read", async () => {
  const odd = working(temporaryFolder())
  await odd.run(appendIssued(1))
  const [first, second] = unrecorded("odd", histories.issued.slice(0, 2))
  const bytes = second?.bytes.replace(/"recordedAt":"[^"]*"/, '"recordedAt":"yesterday"') ?? ""
  const events = [first, second && { ...second, bytes }].flatMap((event) => event ?? [])
  await odd.run(EventStore.use((store) => store.append("registration-odd", noStream, events)))
  expect(await rebuilt(odd)).toMatchObject({ count: each + 2 })
  const blocked = { stream: "registration-odd", revision: 1 }
  expect(await odd.run(Messages.use(({ end }) => end))).toMatchObject({ blocked })
  expect(await messagesOf(odd)).toHaveLength(publicOnes + 1)
})

it("is due where ERASE_AFTER is another one: of what has ended it says when it is to be erased", async () => {
  const dir = temporaryFolder()
  const [without, withOne] = [working(dir), () => working(dir, { eraseAfter: 7 * 86_400_000 })]
  await without.run(appendIssued(3))
  const live = await without.run(Effect.forkDetach(keepRows))
  await eventually("the rows to be there", async () => (await positionOf(without)) === 3 * each)
  await without.run(Fiber.interrupt(live))
  await without.dispose()
  const one = withOne()
  const due = () => one.run(Views.use((views) => views.due(Number.MAX_SAFE_INTEGER, 10)))
  expect(await due()).toEqual([])
  const { whenDue } = await one.run(makeRebuilds)
  const rebuilding = await one.run(Effect.forkDetach(whenDue))
  const endedAt = start + (each - 1) * second
  await eventually("the rows to be made anew", async () => (await due()).length === 3)
  expect(new Set((await due()).map(({ dueAt }) => dueAt))).toEqual(new Set([endedAt + 7 * 86_400_000]))
  await one.run(Fiber.interrupt(rebuilding))
  expect(await one.run(ViewsRebuild.use(({ isDue }) => isDue(7 * 86_400_000)))).toBe(false)
})

it("begins anew where the one that was begun is beyond a log that was put back", async () => {
  const other = working(temporaryFolder())
  await other.run(appendIssued(3))
  // Begun on a log that has other events by now.
  await other.run(
    Effect.gen(function* () {
      const begun = yield* ViewsRebuild.use((rebuild) => rebuild.begin)
      const last = { stream: "registration-forgotten", revision: 0, hash: "of before" }
      yield* begun.save({ after: 0, position: 7, epoch: 0, rows: [], messages: [], last })
    })
  )
  expect(await rebuilt(other)).toMatchObject({ from: 0, count: 3 * each })
  expect(await messagesOf(other)).toHaveLength(3 * publicOnes)
})

it("names what this version cannot read: after a restart nobody else comes by it again", async () => {
  const one = working(temporaryFolder())
  const [unreadable] = unrecorded("r", [tomorrows])
  if (unreadable) await one.run(EventStore.use((store) => store.append(unreadable.stream, noStream, [unreadable])))
  await rebuilt(one)
  const parked = await one.run(Health.useSync((health) => health.parked()))
  expect(parked).toMatchObject([{ _tag: "UnreadableEvent", stream: "registration-r", revision: 0 }])
})
