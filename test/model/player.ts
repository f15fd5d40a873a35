import { Cause, type Effect, Exit } from "effect"
import { registrationId, streamOf } from "../../src/application/history/ids.ts"
import type { Tip } from "../../src/application/ports/event-store.ts"
import type { KeyState } from "../../src/application/ports/tombstones.ts"
import { transact } from "../../src/application/transact.ts"
import { isSettled } from "../../src/domain/registration/registration.ts"
import {
  callback,
  direct,
  erase,
  hold,
  partnerUserIdType,
  release,
  request,
  showUrls,
  upload,
  withdraw
} from "./callers.ts"
import { textOf } from "./check-erasing.ts"
import { isPending } from "./platform.ts"
import { Process, type Services } from "./process.ts"
import type { Step, StepOf } from "./steps.ts"
import type { Acknowledged, World } from "./world.ts"

type Answered = { readonly key?: KeyState; readonly id?: string; readonly revision?: number; readonly tip?: Tip }

const receiptIn = (key: KeyState | undefined) => (key?._tag === "Destroyed" ? key.receipt : undefined)

const mostSkew = 90 * 60_000

/** Takes the steps of a history, one process after the other. */
export class Player {
  readonly #world: World
  #processes = 1
  #process: Process
  /** Callers that wait for an answer of this process. */
  #callers = 0
  #isStopping = false
  #jumped = false

  constructor(world: World) {
    this.#world = world
    this.#process = new Process(world, "p1")
  }

  async take(step: Step): Promise<void> {
    const { platform, time, faults, withdrawn, flaw, log } = this.#world
    await time.advance(step.after)
    switch (step.do) {
      case "request":
        return this.#ask(step.user, step.do, request(this.#world, step), step.key)
      case "upload":
        return this.#ask(step.user, step.do, upload(this.#world, this.#latest(step.user), step))
      case "direct":
        return this.#ask(step.user, step.do, direct(this.#world, this.#latest(step.user)))
      case "urls":
        return this.#ask(step.user, step.do, showUrls(this.#latest(step.user)))
      case "withdraw":
        withdrawn.add(this.#latest(step.user))
        return this.#ask(step.user, step.do, withdraw(this.#latest(step.user)))
      case "erase":
        // It withdraws what is open.
        withdrawn.add(this.#latest(step.user))
        return this.#ask(step.user, step.do, erase(this.#latest(step.user)))
      case "hold":
        return this.#ask(step.user, step.do, hold(this.#world, this.#latest(step.user), step))
      case "release":
        this.#world.released.add(this.#latest(step.user))
        return this.#ask(step.user, step.do, release(this.#latest(step.user)))
      case "callback":
        return this.#callback(step)
      case "verdict":
        return platform.decide(platform.ofUser(step.user).at(-1), step.word, time.now)
      case "run_out": {
        const submission = platform.ofUser(step.user).at(-1)
        if (submission) submission.ranOut = true
        return
      }
      case "fault":
        return void faults.set(step.of, [...(faults.get(step.of) ?? []), step.fault])
      case "outage":
        platform.downUntil = time.now + step.millis
        return
      case "lag":
        platform.lag = step.millis
        return
      case "jump":
        this.#jumped = true
        time.skew = Math.max(-mostSkew, Math.min(mostSkew, time.skew + step.millis))
        return
      case "crash":
        if (flaw === "crash_forgets_an_append") log.forgetLast()
        return this.#begin()
      case "backup":
        this.#world.backup = log.entries.length
        return
      case "restore":
        this.#process.kill()
        this.#world.restore()
        return this.#begin()
      case "restart": {
        const stopping = this.#process
        this.#isStopping = true
        return stopping.stop(() => {
          if (stopping === this.#process) this.#begin()
        })
      }
    }
  }

  /** Nothing goes wrong any more, and the platform comes to its verdicts: everything must come to its end by itself. */
  async rest(): Promise<void> {
    const { platform, time, faults, random } = this.#world
    faults.clear()
    platform.downUntil = 0
    platform.lag = 0
    time.skew = 0
    await time.advance(1000)
    // The window of what was requested while the clock was ahead ends by so much later.
    for (let rounds = this.#jumped ? 90 + mostSkew / 30_000 : 90; rounds > 0 && !this.#isAtRest(); rounds--) {
      await time.advance(30_000)
      for (const submission of platform.submissions)
        if (random.chance(0.5)) platform.decide(submission, random.pick(["VALID", "INVALID"]), time.now)
    }
    await time.advance(60_000)
    // A hold that ends by itself, and what is erased then.
    const { rows } = this.#world.rows
    if ([...rows.values()].some(({ dueAt }) => dueAt !== undefined)) await time.advance(20 * 60_000)
  }

  #isAtRest(): boolean {
    const { rows, log, platform } = this.#world
    return (
      this.#callers === 0 &&
      rows.position === log.entries.length &&
      [...rows.rows.values()].every(({ state }) => isSettled(state)) &&
      !platform.submissions.some(isPending)
    )
  }

  /** The next process; of the one before nothing is left. */
  #begin(): void {
    this.#process.kill()
    this.#callers = 0
    this.#isStopping = false
    this.#process = new Process(this.#world, `p${++this.#processes}`)
  }

  #ask<A extends Answered | undefined, E>(
    user: string,
    did: Acknowledged["did"],
    work: Effect.Effect<A, E, Services>,
    key?: string
  ): void {
    this.#run(work, ({ id, revision, tip, key: dataKey }: Answered = {}) => {
      if (id === undefined || revision === undefined) return
      const told = did === "erase" ? { receipt: textOf(receiptIn(dataKey)) } : {}
      const known = tip?._tag === "At" ? { hash: tip.hash } : {}
      const keyed = key === undefined ? {} : { key }
      this.#world.acknowledged.push({ user, id, did, at: this.#world.time.now, revision, ...known, ...keyed, ...told })
    })
  }

  #callback(step: StepOf<"callback">): void {
    const called = callback(this.#world, step)
    if (!called) return
    this.#run(called.recorded, (id) => {
      if (this.#world.flaw !== "callback_is_believed" || id === undefined) return
      const actor = { kind: "platform", id: "esign" } as const
      this.#run(transact(id, { _tag: "RecordResult", result: called.said }, { actor }), () => {})
    })
  }

  /** A caller of this process. What he is refused is his; what dies is a bug. */
  #run<A, E>(work: Effect.Effect<A, E, Services>, onSuccess: (value: A) => void): void {
    // It takes no more requests.
    if (this.#isStopping) return
    this.#callers++
    this.#process.run(work, (exit) => {
      this.#callers--
      if (Exit.isSuccess(exit)) return onSuccess(exit.value)
      if (Cause.hasDies(exit.cause)) this.#world.breaks("died", String(Cause.squash(exit.cause)))
    })
  }

  /** The user's latest attempt, or the first that he would have. */
  #latest(user: string): string {
    const idOf = (attempt: number) => registrationId(partnerUserIdType, user, attempt)
    let attempt = 1
    while (this.#world.log.read(streamOf(idOf(attempt + 1))).events.length > 0) attempt++
    return idOf(attempt)
  }
}
