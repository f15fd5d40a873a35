import type { AllStreamRecordedEvent } from "@eventstore/db-client"
import type { Position } from "../../application/ports/event-store.ts"
import type { AllPages } from "./all-pages.ts"
import { BackOff } from "./back-off.ts"
import { type CallFailed, callFailed, isPermanent } from "./call-failed.ts"
import type { Clients } from "./clients.ts"
import { makeLastBefore } from "./last-before.ts"
import { type Place, placeOf } from "./position.ts"
import { Silence, type SilenceTimings } from "./silence.ts"
import type { StreamNames } from "./stream-names.ts"
import { type Subscription, subscribe } from "./subscription.ts"

export type TailOptions = {
  readonly clients: Pick<Clients, "current" | "onReplaced">
  readonly all: Pick<AllPages, "last">
  readonly names: StreamNames
  readonly horizon: Horizon
  readonly timings: SilenceTimings
}

/** What this process knows of the log. */
export type Horizon = {
  /** The last position at which it has appended. */
  appended: Position
  /** The last position up to which it was told of the log. */
  known: Position
}

export type TailHandlers = {
  readonly event: (event: AllStreamRecordedEvent, position: Position) => void
  /** It does not follow the log; told once until `followed`. */
  readonly interrupted: (code: string) => void
  /** It follows the log, for the first time or again; with one that ended several times early, once it has stayed or brought something. */
  readonly followed: () => void
  readonly changed: () => void
}

/** Follows the log. It subscribes again, from where it was, whenever a subscription ends or falls silent: none goes on by itself. */
export class Tail {
  /** Everything of ours up to here was handed on. */
  upTo: Position
  isPaused = false
  /** Why it does not follow the log any more. */
  failure: string | undefined
  readonly #options: TailOptions
  readonly #handlers: TailHandlers
  readonly #silence: Silence
  readonly #backOff = new BackOff()
  readonly #lastBefore: ReturnType<typeof makeLastBefore>
  readonly #unlisten: () => void
  /** Where the next subscription begins. */
  #place: Place
  #subscription: Subscription | undefined
  /** It has caught up; since then events come as they are appended. */
  #isLive = false
  /** The log ends before the place where this one is to begin. */
  #isBeyond = false
  #interruption: string | undefined
  #isFollowing = false
  /** It follows the log, and that was told. */
  #isToldOf = false
  /** Gives up what is about to be done: a try after a pause, or a look into the log. */
  #giveUp: (() => void) | undefined

  constructor(after: Position, options: TailOptions, handlers: TailHandlers) {
    this.upTo = after
    this.#place = { commit: after, prepare: after }
    this.#options = options
    this.#handlers = handlers
    this.#silence = new Silence(options.timings)
    this.#lastBefore = makeLastBefore(options.all)
    this.#unlisten = options.clients.onReplaced(() => this.#move())
    this.#open()
  }

  /** Why it does not follow the log. */
  get interruption(): string | undefined {
    return this.failure ?? this.#interruption
  }

  /** Whether everything up to a position was handed on, as far as this process knows. */
  hasAll(until: Position): boolean {
    const { commit, prepare } = this.#place
    if (this.#isBeyond) return until <= commit
    return this.#isLive && until <= (prepare < commit ? commit - 1 : commit)
  }

  pause(): void {
    this.isPaused = true
    this.#subscription?.pause()
  }

  resume(): void {
    this.isPaused = false
    this.#subscription?.resume()
  }

  /** Called every `millis`: looks whether it is still told of the log. */
  tick(millis: number): void {
    this.#backOff.tick(millis)
    this.#tell()
    const due = this.#silence.tick(millis, !this.isPaused && !this.hasAll(this.#options.horizon.appended))
    if (this.isPaused || this.#giveUp !== undefined || this.failure !== undefined) return
    if (due === "renew" && !this.#isBeyond) this.#interrupted("silent")
    else if (due !== undefined) this.#lookAtEnd()
  }

  close(): void {
    this.#unlisten()
    this.#fail("closing")
  }

  /** Begins a subscription once it is known where the log ends. */
  #open(): void {
    const begin = (end: Place) => {
      if (this.#place.commit <= end.commit) this.#subscribe(end)
      // A log that became shorter is another one. The server would be silent from there on, for ever.
      else if (this.#place.commit <= this.#options.horizon.known) this.#fail("position_beyond_end")
      else {
        this.#isBeyond = true
        this.#alive()
      }
    }
    this.#look("end", begin, (failed) => this.#ended(failed))
  }

  /** Nothing came for long: begins anew if there was something that might have. */
  #lookAtEnd(): void {
    const { heard } = this.#silence
    this.#look("end", (end) => {
      if (heard !== this.#silence.heard || this.hasAll(end.commit)) return
      this.#leave()
      this.#subscribe(end)
    })
  }

  #look(before: Position | "end", then: (last: Place) => void, otherwise?: (failed: CallFailed) => void): void {
    const over = () => {
      this.#giveUp = undefined
    }
    const giveUp = this.#lastBefore(before, over, then, otherwise)
    // It may be over already, and something else may be about to be done.
    if (giveUp !== undefined) this.#giveUp = giveUp
  }

  #subscribe(end: Place): void {
    const { clients, names } = this.#options
    this.#isBeyond = false
    this.#silence.begin()
    this.#subscription = subscribe(clients.current().client, this.#place, names.prefixes, {
      event: (event) => this.#received(event),
      checkpoint: (place) => this.#checked(place),
      caughtUp: () => {
        this.#passed(end)
        this.#isLive = true
        this.#alive()
      },
      ended: (error) => this.#ended(error === undefined ? { outcome: "unknown", code: "ended" } : callFailed(error))
    })
    if (!this.isPaused) this.#subscription.resume()
  }

  #received(event: AllStreamRecordedEvent): void {
    const place = placeOf(event)
    // First: what could not be handed on was not passed.
    this.#handlers.event(event, place.commit)
    this.#passed(place)
    this.#backOff.succeeded()
    this.#alive()
  }

  #checked(place: Place): void {
    this.#passed(place)
    this.#alive()
    // It is not that of an event, and leads on as a pair only: a position that can be kept is that of the event before it.
    if (place.prepare < place.commit && this.#giveUp === undefined)
      this.#look(place.commit, ({ commit }) => {
        this.upTo = Math.max(this.upTo, commit)
        this.#handlers.changed()
      })
  }

  #passed(place: Place): void {
    if (place.commit <= this.#place.commit) return
    this.#place = place
    if (place.commit === place.prepare) this.upTo = place.commit
  }

  #alive(): void {
    this.#silence.broken()
    if (!this.#isFollowing) {
      this.#isFollowing = true
      this.#interruption = undefined
      this.#backOff.began()
    }
    this.#tell()
    this.#handlers.changed()
  }

  /** What ends again and again is not told of each time. */
  #tell(): void {
    if (!this.#isFollowing || this.#isToldOf || this.#backOff.isFlapping) return
    this.#isToldOf = true
    this.#handlers.followed()
  }

  #ended(failed: CallFailed): void {
    if (isPermanent(failed)) this.#fail(failed.code)
    else this.#interrupted(failed.code)
  }

  #interrupted(code: string): void {
    this.#leave()
    this.#isFollowing = false
    this.#isToldOf = false
    if (this.#interruption === undefined) {
      this.#interruption = code
      this.#handlers.interrupted(code)
    }
    const again = () => {
      this.#giveUp = undefined
      this.#open()
    }
    const timer = setTimeout(again, this.#backOff.ended())
    this.#giveUp = () => clearTimeout(timer)
    this.#handlers.changed()
  }

  #fail(code: string): void {
    this.#leave()
    this.failure ??= code
    this.#handlers.changed()
  }

  /** Goes on with the next client. A try that is under way ends by itself, and says how. */
  #move(): void {
    if (this.#subscription === undefined) return
    this.#leave()
    this.#open()
  }

  #leave(): void {
    this.#giveUp?.()
    this.#giveUp = undefined
    this.#subscription?.stop()
    this.#subscription = undefined
    this.#isLive = false
  }
}
