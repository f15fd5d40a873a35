import { Context, Layer } from "effect"
import type { Position } from "./ports/event-store.ts"

export const dependencies = ["eventStore", "keys", "platform", "storage", "kafka"] as const
export type Dependency = (typeof dependencies)[number]
export type Condition = "up" | "down" | "off"

/** How far the slow check of the whole history is, and what it found. */
export type HistoryCheck = {
  readonly checkedTo: Position
  /** When it last came to the end of the log: RFC 3339, UTC. */
  readonly at?: string | undefined
  /** A sentence about the first event that is not what was written. */
  readonly flaw?: string | undefined
  /** Why it does not go on: a code, while the log cannot be read. */
  readonly outage?: string | undefined
}

/** How the things that we depend on were when they were last used, what is known of the history, and whether this process is stopping. */
export class Health extends Context.Service<
  Health,
  {
    readonly report: (dependency: Dependency, condition: Condition) => void
    readonly conditions: () => Readonly<Record<Dependency, Condition>>
    readonly historyCheck: () => HistoryCheck
    /** What is not given stays as it was. */
    readonly reportHistoryCheck: (news: Partial<HistoryCheck>) => void
    /** From now on `ready` says no. */
    readonly stop: () => void
    readonly isStopping: () => boolean
    /** Milliseconds since `stop`, 0 before. */
    readonly millisSinceStop: () => number
  }
>()("certreg/application/Health") {
  static readonly layer = Layer.sync(Health, () => {
    const conditions: Record<Dependency, Condition> = {
      eventStore: "up",
      keys: "up",
      platform: "up",
      storage: "up",
      kafka: "off"
    }
    let historyCheck: HistoryCheck = { checkedTo: 0 }
    let stoppedAt: number | undefined
    return Health.of({
      report: (dependency, condition) => {
        conditions[dependency] = condition
      },
      conditions: () => ({ ...conditions }),
      historyCheck: () => historyCheck,
      reportHistoryCheck: (news) => {
        historyCheck = { ...historyCheck, ...news }
      },
      stop: () => {
        stoppedAt ??= performance.now()
      },
      isStopping: () => stoppedAt !== undefined,
      millisSinceStop: () => (stoppedAt === undefined ? 0 : performance.now() - stoppedAt)
    })
  })
}
