import type { Position } from "../../application/ports/event-store.ts"
import { Session, type SessionOptions } from "./session.ts"

export type PoolTimings = {
  /** Milliseconds after which a session that nobody uses ends. */
  readonly idle: number
  /** Milliseconds between two looks at all of them. */
  readonly tick: number
}

/** Of those that nobody uses at this moment; a reader that comes back goes on with its own. */
const mostIdle = 4

type Entry = { readonly session: Session; isTaken: boolean; idle: number }

/** The sessions of all readers. One reader's never ends for the sake of another's. */
export class Sessions {
  /** The last one was used last. */
  #entries: Array<Entry> = []
  #timer: NodeJS.Timeout | undefined
  #isClosed = false
  readonly #options: SessionOptions
  readonly #timings: PoolTimings
  readonly #onTick: (millis: number) => void
  readonly #onEnd: (session: Session) => void

  constructor(
    options: SessionOptions,
    timings: PoolTimings,
    onTick: (millis: number) => void,
    onEnd: (session: Session) => void
  ) {
    this.#options = options
    this.#timings = timings
    this.#onTick = onTick
    this.#onEnd = onEnd
  }

  /** One that stands at a position and that nobody else takes pages from until it is given back. */
  take(after: Position): Session | undefined {
    const entry = this.#standing(after).find(isFree) ?? this.#add(after)
    if (entry !== undefined) entry.isTaken = true
    return entry?.session
  }

  /** One that stands at a position, to wait there: if there are several, the one that would be taken next. */
  at(after: Position): Session | undefined {
    const standing = this.#standing(after)
    return (standing.find(isFree) ?? standing[0] ?? this.#add(after))?.session
  }

  giveBack(session: Session): void {
    const entry = this.#entries.find((entry) => entry.session === session)
    if (entry === undefined) return
    entry.isTaken = false
    entry.idle = 0
    this.#entries = [...this.#entries.filter((other) => other !== entry), entry]
  }

  end(session: Session): void {
    this.#entries = this.#entries.filter((entry) => entry.session !== session)
    session.close()
    this.#onEnd(session)
    if (this.#entries.length > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  close(): void {
    this.#isClosed = true
    for (const { session } of this.#entries) this.end(session)
  }

  /** One that failed tells it to whoever has taken it, and to nobody else. */
  #standing(after: Position): ReadonlyArray<Entry> {
    return this.#entries.filter(({ session }) => session.position === after && !session.hasFailed)
  }

  #add(after: Position): Entry | undefined {
    if (this.#isClosed) return undefined
    const idle = this.#entries.filter(isIdle)
    for (const { session } of idle.slice(0, Math.max(0, idle.length + 1 - mostIdle))) this.end(session)
    const entry = { session: new Session(after, this.#options), isTaken: false, idle: 0 }
    this.#entries.push(entry)
    this.#timer ??= setInterval(() => this.#tick(), this.#timings.tick)
    return entry
  }

  #tick(): void {
    const { tick, idle } = this.#timings
    for (const entry of this.#entries) {
      entry.idle = isIdle(entry) ? entry.idle + tick : 0
      if (entry.idle > idle) this.end(entry.session)
      else entry.session.tick(tick)
    }
    this.#onTick(tick)
  }
}

const isFree = ({ isTaken }: Entry): boolean => !isTaken
const isIdle = ({ session, isTaken }: Entry): boolean => !isTaken && !session.isAwaited
