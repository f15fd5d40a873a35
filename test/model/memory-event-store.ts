import { Effect } from "effect"
import { type EventStore, EventStoreUnavailable, RevisionConflict } from "../../src/application/ports/event-store.ts"
import type { Line } from "./line.ts"
import type { MemoryLog } from "./memory-log.ts"

type Operation = EventStoreUnavailable["operation"]

const unavailable = (operation: Operation, stored: "no" | "unknown" = "no") =>
  new EventStoreUnavailable({ operation, stored, code: "SQLITE_IOERR" })

/** The event store of one process. */
export const memoryEventStore = (log: MemoryLog, line: Line): EventStore["Service"] => {
  const reading = <A>(operation: Operation, read: () => A) =>
    line.call(() => (line.faultOf(operation) ? Effect.fail(unavailable(operation)) : Effect.succeed(read())))

  return {
    read: (...asked) => reading("read", () => log.read(...asked)),
    last: (stream) => reading("read", () => log.read(stream).events.at(-1)),
    positionOf: (stream, revision) =>
      reading(
        "read",
        () => log.entries.find((entry) => entry.stream === stream && entry.revision === revision)?.position
      ),
    append: (stream, tip, events) =>
      line.call((): Effect.Effect<void, EventStoreUnavailable | RevisionConflict> => {
        const fault = line.faultOf("append")
        if (fault === "turned_away") return Effect.fail(unavailable("append"))
        if (fault === "lost_before") return Effect.fail(unavailable("append", "unknown"))
        return Effect.flatMap(
          Effect.sync(() => log.append(stream, tip, events)),
          (outcome): Effect.Effect<void, EventStoreUnavailable | RevisionConflict> => {
            if (fault) return Effect.fail(unavailable("append", "unknown"))
            return outcome === "conflict" ? Effect.fail(new RevisionConflict({ stream })) : Effect.void
          }
        )
      }),
    feed: (after, limit) => reading("feed", () => log.feed(after, limit)),
    waitBeyond: (after) =>
      Effect.callback<void>((resume) =>
        log.onGrowth(after, () => {
          if (!line.isCut()) resume(Effect.void)
        })
      ),
    raw: (after, limit) => reading("feed", () => log.raw(after, limit)),
    positionBefore: (count) => reading("feed", () => Math.max(0, log.entries.length - count)),
    probe: Effect.void
  }
}
