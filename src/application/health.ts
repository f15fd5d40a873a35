import { Context, Layer } from "effect"

export const dependencies = ["eventStore", "keys", "platform", "storage", "kafka"] as const
export type Dependency = (typeof dependencies)[number]
export type Condition = "up" | "down" | "off"

/** How the things that we depend on were when they were last used, and whether this process is stopping. */
export class Health extends Context.Service<
  Health,
  {
    readonly report: (dependency: Dependency, condition: Condition) => void
    readonly conditions: () => Readonly<Record<Dependency, Condition>>
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
    let stoppedAt: number | undefined
    return Health.of({
      report: (dependency, condition) => {
        conditions[dependency] = condition
      },
      conditions: () => ({ ...conditions }),
      stop: () => {
        stoppedAt ??= performance.now()
      },
      isStopping: () => stoppedAt !== undefined,
      millisSinceStop: () => (stoppedAt === undefined ? 0 : performance.now() - stoppedAt)
    })
  })
}
