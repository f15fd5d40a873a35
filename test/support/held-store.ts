import { Effect } from "effect"
import { onTestFinished } from "vitest"
import type { Limits } from "../../src/adapters/http/admission/limits.ts"
import { eventually } from "./eventually.ts"
import { startHttp } from "./http-service.ts"

type Config = NonNullable<Parameters<typeof startHttp>[0]>

/** A service whose store waits with its appends while it is held. */
export const startWithHeldStore = async (limits: Partial<Limits>, config: Config = {}) => {
  let waiting = 0
  let free = Promise.withResolvers<void>()
  free.resolve()
  const service = await startHttp({
    ...config,
    limits,
    store: (real) => ({
      ...real,
      append: (...args) => {
        waiting++
        return Effect.andThen(
          Effect.promise(() => free.promise),
          Effect.suspend(() => {
            waiting--
            return real.append(...args)
          })
        )
      }
    })
  })
  const hold = () => {
    free = Promise.withResolvers()
    onTestFinished(() => free.resolve())
  }
  const held = (count: number) => eventually(`${count} appends to wait`, () => waiting === count)
  return { service, hold, held, release: () => free.resolve() }
}
