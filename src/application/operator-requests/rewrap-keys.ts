import { Effect } from "effect"
import { KeyRewrap, type Rewrapped } from "../ports/key-rewrap.ts"
import type { Report } from "../ports/operator-requests.ts"

/** Milliseconds between two tellings of how far it is: each of them may be a write. */
const pause = 1000

/**
 * Wraps all keys anew under the first master key, while they are in use. Whatever ends it, the same again goes on; only once it is through,
 * the vault opens without the master keys of before. Refused where keys are left that no master key opens.
 */
export const rewrapKeys = Effect.fnUntraced(function* (tell: (report: Report) => Effect.Effect<void>) {
  const { count, page, finish } = yield* KeyRewrap
  const of = yield* count
  const sum = { rewrapped: 0, current: 0, unopened: 0 }
  let toldAt = Number.NEGATIVE_INFINITY
  for (let after: string | undefined = ""; after !== undefined; ) {
    const now = performance.now()
    if (now - toldAt >= pause) {
      toldAt = now
      yield* tell(progressOf(sum, of))
    }
    const found: Rewrapped = yield* page(after)
    sum.rewrapped += found.rewrapped
    sum.current += found.current
    sum.unopened += found.unopened
    after = found.last
  }
  yield* finish
  return endingOf(sum)
})

type Sum = { readonly rewrapped: number; readonly current: number; readonly unopened: number }

const number = (value: number): string => value.toLocaleString("en")
const keys = (value: number): string => (value === 1 ? "1 key" : `${number(value)} keys`)

const progressOf = ({ rewrapped, current, unopened }: Sum, of: number): Report => {
  const done = rewrapped + current + unopened
  // Keys are made meanwhile.
  return { state: "running", done, of: Math.max(done, of), text: `${keys(rewrapped)} wrapped anew.` }
}

const endingOf = ({ rewrapped, current, unopened }: Sum): Report => {
  const done = `Wrapped anew: ${keys(rewrapped)}. Under the first master key: ${keys(rewrapped + current)}`
  if (unopened === 0)
    return { state: "done", text: `${done}, which are all; earlier master keys are not needed any more.` }
  const left = unopened === 1 ? "1 key is left, which no" : `${number(unopened)} keys are left, which no`
  return { state: "refused", text: `${done}; ${left} given master key opens.` }
}
