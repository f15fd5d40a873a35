import type { Met, Point } from "./death.ts"

/** How the service is killed, under load. */
export type Plan =
  /** At the n-th time that a point is met; `most`: the largest n that is sure to come. */
  | { readonly kind: "load"; readonly point: Point; readonly most: number }
  /** At any moment from outside, and again at a point of the next start. */
  | { readonly kind: "start"; readonly point: Point }
  /** At a point of the first start of all, on an empty directory. */
  | { readonly kind: "first start"; readonly point: Point }
  /** At any moment from outside. */
  | { readonly kind: "kill" }
  /** Its event store is killed at any moment, and started again: the service lives on, or is killed with it. */
  | { readonly kind: "store"; readonly withService: boolean }

export const nameOf = (plan: Plan): string => {
  if (plan.kind === "kill") return "any moment"
  if (plan.kind === "store") return `any moment of the store${plan.withService ? " and the service" : ""}`
  return plan.kind === "load" ? plan.point : `${plan.point}, ${plan.kind}`
}

/** How often each point is met until the first start and any other one is done, and in between while one crowd is served. */
export type Measured = {
  readonly first: Met
  readonly load: Met
  readonly start: Met
  /** How long a crowd takes when nothing happens. */
  readonly millis: number
}

const metIn = (met: Met) => Object.entries(met).filter(([, times]) => times > 0)

/** The crash points that there are: all that were met while it was measured. The first start dies where no other one comes by. */
export const plansOf = ({ first, load, start }: Measured): ReadonlyArray<Plan> => [
  // What time and chance decide is met less often the next time.
  ...metIn(load).map(([point, times]): Plan => ({ kind: "load", point, most: Math.ceil(times / 2) })),
  ...metIn(start).map(([point]): Plan => ({ kind: "start", point })),
  ...metIn(first)
    .filter(([point]) => start[point] === 0)
    .map(([point]): Plan => ({ kind: "first start", point }))
]

/** How often each point was met at all. */
export const metAtAll = ({ first, load, start }: Measured): Met =>
  Object.fromEntries(
    Object.keys(first).map((point) => [point, (first[point] ?? 0) + (load[point] ?? 0) + (start[point] ?? 0)])
  )
