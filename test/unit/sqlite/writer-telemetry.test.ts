import { it } from "@effect/vitest"
import { Effect } from "effect"
import { expect } from "vitest"
import { EventStore, noStream } from "../../../src/application/ports/event-store.ts"
import { Views } from "../../../src/application/ports/views.ts"
import { pageOf } from "../../support/saved-page.ts"
import { sqliteLayer } from "../../support/sqlite.ts"
import { newEvents, newId } from "../../support/stored-events.ts"
import { temporaryFolder } from "../../support/temporary-folder.ts"

it.live("the writer tells of its groups, of each append's time and of who waits", () => {
  const groups: Array<{ readonly jobs: number; readonly seconds: number }> = []
  const appends: Array<number> = []
  const waiting: Array<number> = []
  const telemetry = {
    groupCommitted: (jobs: number, seconds: number) => void groups.push({ jobs, seconds }),
    appended: (seconds: number) => void appends.push(seconds),
    jobsWaiting: (count: number) => void waiting.push(count)
  }
  return Effect.gen(function* () {
    const [store, views] = [yield* EventStore, yield* Views]
    // What was done when the directory was opened.
    for (const told of [groups, appends, waiting]) told.length = 0
    const append = Effect.suspend(() => {
      const stream = newId()
      return store.append(stream, noStream, newEvents(stream, noStream, 1))
    })
    yield* Effect.all(
      Array.from({ length: 20 }, () => append),
      { concurrency: "unbounded" }
    )
    yield* views.save(pageOf({ position: 20 }))
    expect(groups.reduce((sum, { jobs }) => sum + jobs, 0)).toBe(21)
    expect(groups.length).toBeLessThan(21)
    expect(appends).toHaveLength(20)
    for (const seconds of [...appends, ...groups.map((group) => group.seconds)]) expect(seconds).toBeGreaterThan(0)
    // An append takes at least as long as its group.
    expect(Math.max(...appends)).toBeGreaterThan(groups[0]?.seconds ?? 0)
    expect(Math.max(...waiting)).toBe(20)
    expect(waiting.at(-1)).toBe(0)
  }).pipe(Effect.provide(sqliteLayer(temporaryFolder(), { telemetry })))
})
