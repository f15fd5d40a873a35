import type { Receipt } from "../../src/application/ports/tombstones.ts"
import { attentionOf } from "../../src/domain/registration/attention.ts"
import { isEnded, type State } from "../../src/domain/registration/registration.ts"
import type { Replayed, Told } from "./replay.ts"
import type { World } from "./world.ts"

/** Milliseconds: both ends were read from clocks that may be wrong by five minutes. */
const tolerance = 10 * 60_000

/** What became of the data of a registration that came to rest: its key went when the log says so, with one receipt, and never else. */
export const checkErasing = (world: World, id: string, { state }: Pick<Replayed, "state">): void => {
  const { keys, graveyard, acknowledged, eraseAfter, epoch, time } = world
  const rule = (holds: boolean, name: string) => {
    if (!holds) world.breaks(name, `${id} ${state._tag}`)
  }
  if (state._tag === "Initial") return
  const { keyId } = state.request.personal
  const receipt = graveyard.receipts.get(keyId)
  rule(keys.get(keyId) === !state.erased, state.erased ? "erased_and_still_there" : "destroyed_and_not_erased")
  rule(state.erased === (receipt?.registrationId === id), "no_receipt")
  // One that was put back may wait for an operator, who finds out what became of a confirmation.
  rule(!state.erased || isEnded(state) || attentionOf(state) !== undefined, "erased_and_open")
  rule(state.erased || !state.erasureRequested || state.hold !== undefined, "asked_for_and_not_erased")
  const isOver = eraseAfter !== undefined && isEnded(state) && !state.hold
  rule(!isOver || state.erased || time.now < state.endedAt + eraseAfter + tolerance, "kept_for_too_long")
  // Of what was told before a restore the log knows nothing, and the vault all of it.
  for (const told of acknowledged)
    if (told.id === id && told.did === "erase" && epoch === 0) rule(told.receipt === textOf(receipt), "another_receipt")
}

export const textOf = (receipt: Receipt | undefined): string => JSON.stringify(receipt) ?? "none"

/** A hold that nobody ended, and an erasure that nobody asked for, are by a clock that was right, and not too early. */
export const checkKeeping = (
  world: World,
  id: string,
  before: State,
  events: ReadonlyArray<Told>,
  { event, at, wasRight }: Told
): void => {
  if (before._tag === "Initial") return
  const rule = (holds: boolean, name: string) => {
    if (!holds) world.breaks(name, id)
  }
  if (event._tag === "HoldEnded" && before.hold && !world.released.has(id) && world.epoch === 0) {
    rule(wasRight, "hold_ended_by_a_wrong_clock")
    rule(at >= before.hold.until - tolerance, "hold_ended_too_early")
  }
  if (event._tag !== "PersonalDataErased") return
  rule(before.hold === undefined, "erased_on_hold")
  if (event.reason !== "retention_over" || !isEnded(before)) return
  rule(wasRight, "erased_by_a_wrong_clock")
  const end = events.find(({ recordedAt }) => recordedAt === before.endedAt)
  const after = world.eraseAfter ?? Number.POSITIVE_INFINITY
  rule(end?.isRight !== true || at - end.at >= after - tolerance, "erased_too_early")
}
