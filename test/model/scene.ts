import { type Effect, Exit } from "effect"
import { expect } from "vitest"
import { registrationId } from "../../src/application/history/ids.ts"
import { direct, partnerUserIdType, request, withdraw } from "./callers.ts"
import { Process, type Services } from "./process.ts"
import { replay } from "./replay.ts"
import { World } from "./world.ts"

export const minute = 60_000

/** The real application in simulated time: days pass in a moment. */
export const simulated = async (play: (scene: Scene) => Promise<void>, seed = 4242) => {
  const world = new World(seed)
  world.time.install()
  try {
    await play(new Scene(world))
    expect(world.broken).toEqual([])
  } finally {
    world.time.uninstall()
  }
}

export class Scene {
  readonly world: World
  readonly requestedAt = new Map<string, number>()
  #lives = 0
  #process: Process | undefined

  constructor(world: World) {
    this.world = world
  }

  start(): void {
    this.#process = new Process(this.world, `p${++this.#lives}`)
  }

  kill(): void {
    this.#process?.kill()
  }

  async request(...users: ReadonlyArray<string>): Promise<void> {
    for (const user of users) {
      const asked = request(this.world, { do: "request", after: 0, user, renew: false })
      this.#process?.run(asked, (exit) => expect(Exit.isSuccess(exit)).toBe(true))
      this.requestedAt.set(user, this.world.time.now)
    }
    await this.world.time.advance(1000)
  }

  /** Both images are at the storage, and we are told so. */
  async uploadDirectly(user: string, attempt = 1): Promise<void> {
    await this.run(direct(this.world, idOf(user, attempt)))
  }

  async withdraw(user: string, attempt = 1): Promise<void> {
    await this.run(withdraw(idOf(user, attempt)))
  }

  /** Runs a command that succeeds, while 100 milliseconds pass, and answers what it did, if it is done by then. */
  async run<A, E>(work: Effect.Effect<A, E, Services>): Promise<A | undefined> {
    let answer: A | undefined
    this.#process?.run(work, (exit) => {
      expect(Exit.isSuccess(exit)).toBe(true)
      if (Exit.isSuccess(exit)) answer = exit.value
    })
    await this.world.time.advance(100)
    return answer
  }

  replayed(user: string, attempt = 1) {
    return replay(this.world).get(`registration-${idOf(user, attempt)}`)
  }

  state(user: string, attempt = 1): string {
    return this.replayed(user, attempt)?.state._tag ?? "Initial"
  }

  outage(millis: number): void {
    this.world.platform.downUntil = this.world.time.now + millis
  }

  /** How registrations are now, by user. */
  states(): Readonly<Record<string, string>> {
    const replayed = replay(this.world)
    return Object.fromEntries(
      [...this.requestedAt.keys()].map((user) => [
        user,
        replayed.get(`registration-${idOf(user)}`)?.state._tag ?? "Initial"
      ])
    )
  }

  count(state: string): number {
    return Object.values(this.states()).filter((now) => now === state).length
  }

  /** When a registration was given up, in true time. */
  givenUpAt(user: string): number | undefined {
    return this.replayed(user)?.events.find(({ event }) => event._tag === "Failed" && event.by === "us")?.at
  }

  said(event: string) {
    return this.world.said.filter((line) => line.event === event)
  }
}

export const idOf = (user: string, attempt = 1) => registrationId(partnerUserIdType, user, attempt)
