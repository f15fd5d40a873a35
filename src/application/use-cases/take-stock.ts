import { Clock, Effect, Option } from "effect"
import { conditionsNow } from "../conditions.ts"
import { type Condition, type Dependency, Health, type HistoryCheck } from "../health.ts"
import { EventStore, type Position, type RawEvent } from "../ports/event-store.ts"
import type { FailureKind } from "../ports/message-broker.ts"
import { Messages } from "../ports/messages.ts"
import { Views } from "../ports/views.ts"
import { type Lag, PublisherState } from "../publishing/publisher-state.ts"
import { Settings } from "../settings.ts"
import { withinPatience } from "../within-patience.ts"

/** How things are now, as far as it could be found out. */
export type Stock = {
  /** Steps that are due; those that nobody got to for long; the age of the oldest one in seconds, 0 when none is due. */
  readonly backlog: Option.Option<{ readonly due: number; readonly overdue: number; readonly oldestAge: number }>
  /** How far the projection is behind the log: positions, and the age of the first event that it has not seen in seconds. */
  readonly lag: Option.Option<{ readonly positions: number; readonly seconds: number }>
  readonly end: Option.Option<Position>
  /** Whether the messages end before an event of which none can be made. */
  readonly isBlocked: Option.Option<boolean>
  readonly historyCheck: HistoryCheck
  readonly dependencies: Readonly<Record<Dependency, Condition>>
  readonly publishing: Publishing
}

type Publishing = {
  /** undefined: this process does not publish. */
  readonly now: { readonly lag: Lag; readonly position: Position; readonly isHalted: boolean } | undefined
  /** In this process's life. */
  readonly published: number
  readonly rejected: ReadonlyMap<FailureKind, number>
}

/** Milliseconds, above the time between two sweeps, after which a due step counts as overdue: retries and time limits are over by then. */
const grace = 60_000

const seconds = (millis: number): number => Math.max(0, millis) / 1000

const backlog = Effect.gen(function* () {
  const views = yield* Views
  const { sweepInterval } = yield* Settings
  const now = yield* Clock.currentTimeMillis
  const { due, overdue, oldest } = yield* views.backlog(now, now - sweepInterval - grace)
  return { due, overdue, oldestAge: seconds(now - (oldest ?? now)) }
})

const endOfLog = EventStore.use((store) => store.positionBefore(0))

/** Of an event as it lies there; one that is no event of ours says nothing. */
const recordedAt = ({ bytes }: RawEvent): number => {
  try {
    return Date.parse((JSON.parse(bytes) as { readonly recordedAt: string }).recordedAt) || Number.POSITIVE_INFINITY
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

const lagBehind = Effect.fnUntraced(function* (end: Position) {
  const views = yield* Views
  const store = yield* EventStore
  const position = yield* views.position
  const [next] = position < end ? yield* store.raw(position, 1) : []
  const now = yield* Clock.currentTimeMillis
  return {
    positions: Math.max(0, end - position),
    seconds: next ? seconds(now - recordedAt(next)) : 0
  }
})

const publishing = PublisherState.useSync(({ status, lag, position, published, rejected }): Publishing => {
  const { condition, ...how } = status()
  const isHalted = "halted" in how && how.halted !== undefined
  const now = condition === "off" ? undefined : { lag: lag(), position: position(), isHalted }
  return { now, published: published(), rejected: rejected() }
})

/** Asks for all that is a question and no count. Reads only; what does not answer is left out. */
export const takeStock = Effect.gen(function* () {
  const { historyCheck } = yield* Health
  let end: Option.Option<Position> = Option.none()
  const measured = Effect.flatMap(endOfLog, (position) => {
    end = Option.some(position)
    return lagBehind(position)
  })
  const lag = Option.flatten(yield* withinPatience(Effect.option(measured)))
  const stock: Stock = {
    backlog: yield* Effect.option(backlog),
    lag,
    end,
    isBlocked: yield* Effect.option(Messages.use((messages) => Effect.map(messages.end, ({ blocked }) => !!blocked))),
    historyCheck: historyCheck(),
    dependencies: yield* conditionsNow,
    publishing: yield* publishing
  }
  return stock
})
