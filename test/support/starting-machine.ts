import { Effect, Exit, Layer } from "effect"
import { expect } from "vitest"
import { chain } from "../../src/application/history/chain.ts"
import { logStream } from "../../src/application/history/ids.ts"
import { openLog } from "../../src/application/history/open-log.ts"
import type { FeedCursor } from "../../src/application/messages/feed-cursor.ts"
import { EventStore, type StreamRead } from "../../src/application/ports/event-store.ts"
import { type Kept, KeptCheckpoint } from "../../src/application/ports/kept-checkpoint.ts"
import { PublisherCheckpoint } from "../../src/application/ports/publisher-checkpoint.ts"
import { type Seen, Tips } from "../../src/application/ports/tips.ts"
import { type RememberedLog, Vault } from "../../src/application/ports/vault.ts"
import { Views } from "../../src/application/ports/views.ts"
import { directLine } from "../model/line.ts"
import { memoryEventStore } from "../model/memory-event-store.ts"
import { MemoryLog } from "../model/memory-log.ts"
import { memoryVault } from "../model/memory-vault.ts"
import { MemoryRows, memoryViews } from "../model/memory-views.ts"
import { signerOf } from "./signing-keys.ts"

type Step = "rememberLog" | "forget" | "reset" | "append"
type Moment = "before" | "after"

const unused = () => Effect.die("unused")

/** Stores that outlive the starts on them. */
export class StartingMachine {
  log = new MemoryLog()
  readonly rows = new MemoryRows()
  remembered: { log?: RememberedLog } = {}
  seen: Seen = { isVaultOlder: false }
  /** The last checkpoint that the vault knows. */
  kept: Kept | undefined
  /** Numbers of the keys: the first signs. */
  keys: readonly [number, ...ReadonlyArray<number>] = [1]
  /** What topics acknowledged. */
  published: FeedCursor | undefined
  read: StreamRead | undefined
  /** What was done by the start that runs. */
  steps: Array<Step> = []

  /** `dies`: at this step, before or after it is done. */
  start(afterRestore = false, dies?: readonly [Step, Moment]) {
    this.steps = []
    const step = <A, E>(name: Step, work: Effect.Effect<A, E>): Effect.Effect<A, E> =>
      Effect.suspend(() => {
        const isLast = dies?.[0] === name
        if (isLast && dies[1] === "before") return Effect.die("killed")
        this.steps.push(name)
        return isLast ? Effect.andThen(work, Effect.die("killed")) : work
      })
    const store = memoryEventStore(this.log, directLine)
    const vault = memoryVault(new Map(), directLine, this.remembered)
    const views = memoryViews(this.rows, directLine)
    const stores = Layer.mergeAll(
      Layer.succeed(EventStore, {
        ...store,
        read: (...args) => (this.read && args[0] === logStream ? Effect.succeed(this.read) : store.read(...args)),
        append: (...args) => step("append", store.append(...args))
      }),
      Layer.succeed(Vault, { ...vault, rememberLog: (log) => step("rememberLog", vault.rememberLog(log)) }),
      Layer.succeed(PublisherCheckpoint, {
        furthest: ({ logId, epoch }) =>
          Effect.succeed(
            this.published?.logId === logId && this.published.epoch === epoch ? this.published.position : 0
          ),
        load: unused,
        save: unused,
        move: unused
      }),
      Layer.succeed(Views, { ...views, reset: step("reset", views.reset) }),
      Layer.succeed(KeptCheckpoint, {
        load: Effect.sync(() => this.kept),
        keep: unused,
        forget: step(
          "forget",
          Effect.sync(() => {
            this.kept = undefined
          })
        )
      }),
      Layer.succeed(Tips, { seen: this.seen }),
      signerOf(...this.keys)
    )
    const opened = openLog({ esignEnvironment: "custom", owner: "p1", afterRestore })
    return Effect.provide(opened, stores)
  }

  started(afterRestore = false) {
    return Effect.runSync(this.start(afterRestore))
  }

  refused(afterRestore = false) {
    const before = this.log.entries.length
    const sentence = Effect.runSync(Effect.flip(this.start(afterRestore))).message
    expect([this.log.entries.length, this.steps]).toEqual([before, []])
    return sentence
  }

  killed(afterRestore: boolean, step: Step, moment: Moment): void {
    expect(Exit.hasDies(Effect.runSyncExit(this.start(afterRestore, [step, moment])))).toBe(true)
  }

  /** An event of somebody, in the log's own stream or any other; more than one in one append. */
  append(stream: string, type: string, data = {}, version = 1, count = 1) {
    const { tip } = this.log.read(stream)
    const origin = { actor: { kind: "process", id: "p0" }, correlationId: "c" } as const
    const events = Array.from({ length: count }, () => ({ type, version, data }))
    this.log.append(stream, tip, chain(stream, tip, events, origin, Date.now()))
  }

  own(stream = logStream) {
    return this.log.read(stream).events.map(({ type, data }) => [type, data])
  }
}
