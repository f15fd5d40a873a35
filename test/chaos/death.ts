import type { Moment } from "./wrap-ports.ts"

/** `EventStore.append after`, for example. */
export type Point = string
export const pointOf = (method: string, moment: Moment): Point => `${method} ${moment}`

/** Dies at the n-th time, from 1, that a point is met from now on. */
export type Death = { readonly point: Point; readonly nth: number }
export const deathVariable = "CHAOS_DEATH"

/** How often each point was met; those that never were stand there too. */
export type Met = Readonly<Record<Point, number>>

/** What is said to the program over its channel, and what it answers. */
export type Told = { readonly arm: Death } | { readonly tell: "met" }
export type Answered = { readonly armed: Point } | { readonly met: Met }

/** Counts how often points are met, and kills this process at the one that it is told: in its environment, or later. */
export const makeDeath = (environment: string | undefined) => {
  const met: Record<Point, number> = {}
  let armed = environment === undefined ? undefined : { ...(JSON.parse(environment) as Death) }

  process.on("message", (told: Told) => {
    const answer = (answered: Answered) => process.send?.(answered)
    if ("arm" in told) armed = { ...told.arm }
    answer("arm" in told ? { armed: told.arm.point } : { met })
  })
  // Nobody is there any more who would end it.
  process.on("disconnect", () => process.exit(0))

  return {
    onMethod: (method: string, moments: ReadonlyArray<Moment>) => {
      for (const moment of moments) met[pointOf(method, moment)] = 0
    },
    onMoment: (method: string, moment: Moment) => {
      const point = pointOf(method, moment)
      met[point] = (met[point] ?? 0) + 1
      if (armed?.point !== point) return
      if (armed.nth === 1) process.kill(process.pid, "SIGKILL")
      armed = { point, nth: armed.nth - 1 }
    }
  }
}
