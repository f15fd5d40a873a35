import { Exit } from "effect"
import { describe, expect, it } from "vitest"
import { registrationId } from "../../../src/application/history/ids.ts"
import { direct, partnerUserIdType, request } from "../../model/callers.ts"
import { Process, pace } from "../../model/process.ts"
import { replay } from "../../model/replay.ts"
import { World } from "../../model/world.ts"

const minute = 60_000
const week = 7 * 86_400_000

/** The real application in simulated time: days pass in a moment. */
const simulated = async (play: (scene: Scene) => Promise<void>) => {
  const world = new World(4242)
  world.time.install()
  try {
    await play(new Scene(world))
    expect(world.broken).toEqual([])
  } finally {
    world.time.uninstall()
  }
}

class Scene {
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
  async uploadDirectly(user: string): Promise<void> {
    this.#process?.run(direct(this.world, idOf(user)), (exit) => expect(Exit.isSuccess(exit)).toBe(true))
    await this.world.time.advance(100)
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
    const events = replay(this.world).get(`registration-${idOf(user)}`)?.events ?? []
    return events.find(({ event }) => event._tag === "Failed" && event.by === "us")?.at
  }

  said(event: string) {
    return this.world.said.filter((line) => line.event === event)
  }
}

const idOf = (user: string) => registrationId(partnerUserIdType, user, 1)
const usersOf = (count: number) => Array.from({ length: count }, (_, i) => `user-${i}`)

describe("an outage of the platform", () => {
  it("is met with single calls, is said once, and ends without anybody being left behind", () =>
    simulated(async (scene) => {
      const { platform, time } = scene.world
      scene.start()
      scene.outage(4 * minute)
      await scene.request(...usersOf(40))
      await time.advance(2 * minute)
      const calls = platform.transmissions.length
      // Of the first few that fail together, and then of one at a time with growing pauses.
      expect(calls).toBeGreaterThan(5)
      expect(calls).toBeLessThan(40)
      expect(scene.said("platform_unavailable")).toHaveLength(calls)
      expect(scene.said("dependency_down")).toMatchObject([
        {
          operation: "urls",
          code: "ECONNREFUSED",
          count: 5,
          detail: expect.stringMatching(
            /^Calls for upload URLs have failed since 2026-11-25T10:00:0\S+Z: 5 in a row, the last one at \S+Z with ECONNREFUSED\. One at a time is tried, the next one at 2026-11-25T10:00:0\S+Z\.$/
          )
        }
      ])
      await scene.request("late-1", "late-2")
      await time.advance(3 * minute)
      expect(scene.count("AwaitingImages")).toBe(42)
      expect(scene.said("dependency_down")).toHaveLength(1)
      expect(scene.said("dependency_up")).toMatchObject([
        {
          operation: "urls",
          detail: expect.stringMatching(/^Calls for upload URLs get through again, after [45]m [^.]*\.$/)
        }
      ])
    }))

  it("ends what it lasted too long for, also what behind the closed gate never had its turn, and nothing else", () =>
    simulated(async (scene) => {
      const { time } = scene.world
      scene.start()
      await scene.request("confirming")
      scene.outage(9 * minute)
      await scene.uploadDirectly("confirming")
      await scene.request(...usersOf(60))
      await time.advance(3 * minute)
      await scene.request("late")
      await time.advance(4 * minute)
      const { late, ...early } = scene.states()
      expect(late).toBe("Requested")
      expect(new Set(Object.values(early))).toEqual(new Set(["Failed"]))
      for (const [user, at] of scene.requestedAt)
        if (user !== "late") expect((scene.givenUpAt(user) ?? 0) - at, user).toBeGreaterThan(pace.giveUpAfter)
      const claimed = replay(scene.world)
      const unclaimed = usersOf(60).filter((user) => claimed.get(`registration-${idOf(user)}`)?.events.length === 2)
      expect(unclaimed.length).toBeGreaterThan(0)
      scene.outage(0)
      await time.advance(minute)
      expect(scene.states()["late"]).toBe("AwaitingImages")
    }))
})

describe("more registrations than one sweep finds, in an outage whose pauses are shorter than a sweep's", () => {
  it("are all looked at after a restart", () =>
    simulated(async (scene) => {
      const { time, log } = scene.world
      expect(pace.retryMaxDelay).toBeLessThan(pace.sweepInterval)
      scene.start()
      scene.outage(20 * minute)
      await scene.request(...usersOf(1500))
      scene.kill()
      const seen = new Set<string>()
      const { read } = log
      log.read = (stream, from) => {
        seen.add(stream)
        return read.call(log, stream, from)
      }
      scene.start()
      await time.advance(2 * minute)
      expect(usersOf(1500).filter((user) => !seen.has(`registration-${idOf(user)}`))).toEqual([])
      expect(scene.count("Failed")).toBe(0)
    }))
})

describe("a week during which we ourselves did not run", () => {
  it("fails nobody, although the platform is away too when we come back", () =>
    simulated(async (scene) => {
      const { time, faults } = scene.world
      scene.start()
      await scene.request("waiting", "confirming")
      scene.outage(minute)
      await scene.uploadDirectly("confirming")
      await scene.request("asking")
      await time.advance(10_000)
      scene.kill()
      await time.advance(week)
      // It answers, and so tells the time, but does nothing.
      for (const call of ["urls", "confirm", "poll"]) faults.set(call, Array(1000).fill("turned_away"))
      scene.start()
      await time.advance(pace.giveUpAfter - minute)
      expect(scene.said("platform_unavailable").length).toBeGreaterThan(6)
      expect(scene.count("Failed")).toBe(0)
      faults.clear()
      await time.advance(2 * minute)
      // Their window closed long ago, by a clock that is right; the images of the other one are there.
      expect(scene.states()).toEqual({ waiting: "Expired", confirming: "AwaitingVerdict", asking: "Expired" })
    }))
})

describe("a wall clock that is 400 days ahead", () => {
  const ahead = 400 * 86_400_000

  it.each(["jumps in the middle of an outage", "is so from the start"])("%s: nobody is given up or expires", (how) =>
    simulated(async (scene) => {
      const { time } = scene.world
      scene.start()
      await scene.request("waiting", "confirming")
      scene.outage(20 * minute)
      await scene.uploadDirectly("confirming")
      await scene.request("asking")
      await time.advance(2 * minute)
      if (how.startsWith("is so")) scene.kill()
      time.skew = ahead
      if (how.startsWith("is so")) scene.start()
      await time.advance(pace.giveUpAfter - minute)
      expect(scene.states()).toEqual({ waiting: "AwaitingImages", confirming: "ReadyToConfirm", asking: "Requested" })
      scene.outage(0)
      await time.advance(2 * minute)
      // The platform says what time it is: still nothing ends by ours.
      expect(scene.count("Failed") + scene.count("Expired")).toBe(0)
      expect(scene.said("clock_wrong")).toMatchObject([{ detail: expect.stringMatching(/^Our clock has been 400d .*ahead/) }])
      time.skew = 0
      await time.advance(2 * minute)
      expect(scene.said("clock_right")).toHaveLength(1)
    })
  )

  it.each([
    ["polled while it was ahead", "put right", "ahead later"],
    ["polled while it was ahead", "right after a restart", "ahead later"],
    ["confirmed while it was ahead", "put right", "ahead"],
    ["confirmed while it was ahead", "right after a restart", "ahead"]
  ])("a verdict that was %s is asked for soon, once the clock is %s", (_, how, when) =>
    simulated(async (scene) => {
      const { platform, time } = scene.world
      scene.start()
      if (when === "ahead") time.skew = ahead
      await scene.request("waiting")
      await scene.uploadDirectly("waiting")
      await time.advance(5000)
      expect(scene.states()).toEqual({ waiting: "AwaitingVerdict" })
      time.skew = ahead
      await time.advance(10 * minute)
      if (how.startsWith("right")) scene.kill()
      time.skew = 0
      if (how.startsWith("right")) scene.start()
      platform.decide(platform.submissions[0], "VALID", time.now)
      await time.advance(5 * minute)
      expect(scene.states()).toEqual({ waiting: "Issued" })
    })
  )
})
