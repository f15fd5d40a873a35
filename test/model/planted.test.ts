import "effect/schema/SchemaJITCompiler/enable"
import { expect, it } from "vitest"
import { randomOf } from "../fuzz/random.ts"
import { play } from "./play.ts"
import { runModel } from "./run-model.ts"
import { drawHistory, show } from "./steps.ts"
import type { Flaw } from "./world.ts"

/** The rules of which one breaks first, and a seed that soon gets there; others take longer, and get there as well. */
const planted: ReadonlyArray<readonly [flaw: Flaw, rules: ReadonlyArray<string>, seed: number]> = [
  ["store_takes_any_tip", ["chain"], 1],
  // The application may notice it first, and says so.
  ["crash_forgets_an_append", ["acknowledged_and_lost", "row_differs", "died"], 1],
  ["poll_answers_for_another_user", ["other_than_the_platforms_word", "hides_a_pending_confirmation"], 1],
  ["callback_is_believed", ["moved_without_the_platforms_word", "hides_a_pending_confirmation"], 1],
  ["adapter_transmits_unasked", ["sent_after_a_withdrawal"], 36],
  ["adapter_makes_a_session_a_transmission", ["confirmed_under_two_sessions"], 1],
  ["adapter_trusts_our_clock", ["expired_by_a_wrong_clock", "expired_too_early", "erased_by_a_wrong_clock"], 24]
]

it.each(planted)("%s is found, and shrunk to a short history", { timeout: 300_000 }, async (flaw, rules, seed) => {
  const found = await runModel(seed, 3000, flaw)
  if (process.env["MODEL_SEED"]) console.log(flaw, found?.after, found?.broken, found && show(found.history))
  expect(rules).toContain(found?.broken.rule)
  expect(found?.history.steps.length).toBeLessThanOrEqual(10)
})

it("a seed repeats a history to the letter", async () => {
  for (let n = 0; n < 50; n++) {
    const history = drawHistory(n, randomOf(1, n))
    const traces: Array<unknown> = []
    for (const _ of [1, 2])
      await play(history, undefined, ({ log, platform }) => {
        traces.push([log.entries.map(({ type, stream, stamp }) => [type, stream, stamp]), platform.transmissions])
      })
    expect(traces[0]).toEqual(traces[1])
  }
})
