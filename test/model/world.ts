import { Effect } from "effect"
import { chain } from "../../src/application/history/chain.ts"
import { logStream } from "../../src/application/history/ids.ts"
import type { LogFields } from "../../src/application/ports/log.ts"
import { makeRandom, type Random } from "../fuzz/random.ts"
import type { Fault, Line } from "./line.ts"
import { MemoryLog } from "./memory-log.ts"
import { MemoryGraveyard } from "./memory-tombstones.ts"
import type { MemoryKeys } from "./memory-vault.ts"
import { MemoryRows } from "./memory-views.ts"
import { Platform } from "./platform.ts"
import { VirtualTime } from "./virtual-time.ts"

/** Flaws of what lies around the application, planted to see that the check finds them. */
export type Flaw =
  | "store_takes_any_tip"
  | "crash_forgets_an_append"
  | "poll_answers_for_another_user"
  | "callback_is_believed"
  | "adapter_transmits_unasked"
  | "adapter_makes_a_session_a_transmission"
  | "adapter_trusts_our_clock"

export type Broken = { readonly rule: string; readonly detail: string }
/** What a caller was told with a 2xx. */
export type Acknowledged = {
  readonly user: string
  readonly id: string
  readonly did: "request" | "upload" | "direct" | "urls" | "withdraw" | "erase" | "hold" | "release"
  readonly at: number
  readonly revision: number
  readonly hash?: string
  readonly key?: string
  readonly receipt?: string
}

/** Milliseconds from a decision to its append at most. */
const slack = 2000

/** Everything outside of the processes: it goes on when one of them dies. */
export class World {
  readonly random: Random
  readonly time: VirtualTime
  readonly log: MemoryLog
  readonly rows = new MemoryRows()
  readonly keys: MemoryKeys = new Map()
  readonly graveyard = new MemoryGraveyard()
  readonly platform: Platform
  readonly broken: Array<Broken> = []
  /** Registrations that somebody asked to withdraw. */
  readonly withdrawn = new Set<string>()
  /** Those whose hold somebody asked to end. */
  readonly released = new Set<string>()
  readonly acknowledged: Array<Acknowledged> = []
  /** What was logged, but for errors. */
  readonly said: Array<{ readonly event: string } & LogFields> = []
  /** By kind of call, the next one first. */
  readonly faults = new Map<string, Array<Fault>>()
  readonly flaw: Flaw | undefined
  /** Milliseconds after the end; undefined: nothing is erased unless somebody asks for it. */
  eraseAfter: number | undefined
  /** How often the log was put back, and to how many events. */
  epoch = 0
  backup = 0
  /** Sessions of calls that left before the log was put back last. */
  sessionsBefore: ReadonlySet<string> = new Set()
  restoredAt = Number.POSITIVE_INFINITY

  constructor(seed: number, flaw?: Flaw) {
    this.random = makeRandom(seed)
    this.flaw = flaw
    this.eraseAfter = seed % 3 === 0 ? 8 * 60_000 : undefined
    this.time = new VirtualTime(() => this.random.below(2 ** 30) / 2 ** 30)
    const { time } = this
    const stamp = () => ({ at: time.now, isRight: time.wasAlwaysRight(slack), wasRight: time.wasRight(slack) })
    this.log = new MemoryLog(stamp, flaw === "store_takes_any_tip" ? "takes_any_tip" : undefined)
    this.platform = new Platform((rule, detail) => this.breaks(rule, detail))
  }

  breaks(rule: string, detail: string): void {
    this.broken.push({ rule, detail })
  }

  /** The log is put back from its backup, as an operator and a start after him do it. */
  restore(): void {
    this.sessionsBefore = new Set(this.platform.transmissions.map(({ session }) => session))
    this.restoredAt = this.time.now
    this.log.cutTo(this.backup)
    this.rows.reset()
    this.epoch++
    const { tip } = this.log.read(logStream)
    const data = [{ type: "LogRestored", version: 1, data: { epoch: this.epoch } }]
    const origin = { actor: { kind: "process", id: "start" }, correlationId: "c" } as const
    this.log.append(logStream, tip, chain(logStream, tip, data, origin, this.time.wall))
  }

  /** How a process that dies when `isCut` says so reaches its stores. */
  line(isCut: () => boolean): Line {
    const pause = () => this.random.pick([0, 0, 0, 0, 1, 2, 5, 20])
    return {
      isCut,
      faultOf: (kind) => this.faults.get(kind)?.shift(),
      call: (work) =>
        Effect.callback((resume) => {
          const answer = () => {
            // The stores are part of the process: what it had not begun when it died never happens.
            if (isCut()) return
            const exit = Effect.runSyncExit(work())
            this.#after(pause(), () => {
              if (!isCut()) resume(exit)
            })
          }
          this.#after(pause(), answer)
        })
    }
  }

  #after(millis: number, run: () => void): void {
    if (millis === 0) run()
    else this.time.later(millis, run)
  }
}
