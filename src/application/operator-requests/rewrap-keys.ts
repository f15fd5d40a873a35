import { Effect } from "effect"
import { counted } from "../count-words.ts"
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

const keys = (value: number): string => counted(value, "key")

const progressOf = ({ rewrapped, current, unopened }: Sum, of: number): Report => {
  const done = rewrapped + current + unopened
  // Keys are made meanwhile.
  return { state: "running", done, of: Math.max(done, of), text: `${keys(rewrapped)} wrapped anew.` }
}

const endingOf = ({ rewrapped, current, unopened }: Sum): Report => {
  const under = rewrapped + current
  if (rewrapped + unopened === 0)
    return {
      state: "done",
      text: `Nothing was wrapped anew: what there is (${keys(under)}) is under the first of the master keys in use already; the others in use are not needed. A new one is in use once the service was started with it.`
    }
  const done = `Wrapped anew: ${keys(rewrapped)}. Under the first of the master keys in use: ${keys(under)}`
  if (unopened === 0) return { state: "done", text: `${done}, which are all; the others are not needed any more.` }
  const left = `${keys(unopened)} ${unopened === 1 ? "is" : "are"} left, which no`
  return { state: "refused", text: `${done}; ${left} given master key opens.` }
}
