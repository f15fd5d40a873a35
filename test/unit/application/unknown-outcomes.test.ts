import { describe, expect, it } from "vitest"
import { confirmationOf } from "../../../src/domain/registration/registration.ts"
import { esignTimeout, type Move, playConfirmation, refusal } from "../../support/scripted-confirmation.ts"

type Row = readonly [name: string, moves: ReadonlyArray<Move>, end: string, isPending: boolean]

const late = 3 * esignTimeout + 1
const lost: Move = "confirm: lost"
const denied: Move = "poll: nothing"
const lostAndRefused: ReadonlyArray<Move> = [lost, denied, "confirm: refused"]

/** A refusal ends a registration at once, or proves nothing. */
const refusals: ReadonlyArray<Row> = [
  ["at once: that is the end", ["confirm: refused"], "Failed", false],
  [
    "after it was turned away, however often: that was the first one",
    ["confirm: turned away", "confirm: turned away", "confirm: turned away", "confirm: refused"],
    "Failed",
    false
  ],
  ["after it was only claimed: nothing is asked about before", ["gate closed", "confirm: refused"], "Failed", false],
  [
    "after it was turned away, and then had no turn",
    ["confirm: turned away", "gate closed", "confirm: refused"],
    "Failed",
    false
  ],
  ["after one was lost: proves nothing", lostAndRefused, "ReadyToConfirm", true],
  [
    "after one was lost, and the next one had no turn",
    [lost, "gate closed", denied, denied, "confirm: refused", denied],
    "ReadyToConfirm",
    true
  ],
  [
    "after one was lost, and the next one was turned away",
    [lost, denied, "confirm: turned away", denied, "confirm: refused", denied],
    "ReadyToConfirm",
    true
  ],
  ["and denied late twice: stands", [...lostAndRefused, late, denied, denied], "Failed", false],
  ["and denied late, not asked, and denied: stands", [...lostAndRefused, late, denied, late, denied], "Failed", false],
  ["and a poll is lost between two denials", [...lostAndRefused, late, denied, "poll: lost", denied], "Failed", false],
  ["and denied a moment too early", [...lostAndRefused, late - 1, denied, denied, 1, denied], "ReadyToConfirm", true],
  [
    "long after the one that was lost",
    [lost, late, denied, "confirm: refused", denied, denied],
    "ReadyToConfirm",
    true
  ],
  ["and known after a denial: issued", [...lostAndRefused, late, denied, "poll: issued"], "Issued", false],
  [
    "and forgotten between two denials: sent again",
    [...lostAndRefused, late, denied, "forgotten", denied, "confirm: refused", denied],
    "ReadyToConfirm",
    true
  ],
  [
    "after it was turned away, and that was forgotten",
    ["confirm: turned away", "forgotten", denied, "confirm: refused", denied],
    "ReadyToConfirm",
    true
  ],
  [
    "after it was turned away, and a restart",
    ["confirm: turned away", "restart", denied, "confirm: refused", denied],
    "ReadyToConfirm",
    true
  ],
  [
    "and a restart between two denials: sent again, and two more denials are waited for",
    [...lostAndRefused, late, denied, "restart", denied, "confirm: refused", denied, late, denied],
    "ReadyToConfirm",
    true
  ],
  [
    "by two processes, and denied late twice",
    [...lostAndRefused, "restart", denied, "confirm: refused", late, denied, denied],
    "Failed",
    false
  ]
]

const others: ReadonlyArray<Row> = [
  [
    "taken, and denied: asked about, never sent again",
    ["confirm: taken", denied, late, denied, denied],
    "AwaitingVerdict",
    true
  ],
  [
    "only claimed by a process that died",
    ["gate closed", "restart", denied, "confirm: taken"],
    "AwaitingVerdict",
    true
  ],
  ["lost, and known", [lost, "poll: lost", "poll: issued"], "Issued", false],
  ["lost, denied, and taken when it was sent again", [lost, denied, "confirm: taken"], "AwaitingVerdict", true]
]

/** An end, or an erasure, which is one too, at each of these moments. */
const ends = (["withdrawn", "erased"] as const).flatMap((end): ReadonlyArray<Row> => {
  const state = "Withdrawn"
  return [
    ["only claimed", ["gate closed", end, denied, late, denied, denied], state, false],
    ["turned away", ["confirm: turned away", end, late, denied, denied], state, false],
    ["lost: not sent again", [lost, end, denied, denied], state, true],
    ["lost, and denied late twice", [lost, end, late, denied, denied], state, false],
    ["lost, and denied late once", [lost, end, denied, late, denied], state, true],
    ["lost, and a poll is lost between two denials", [lost, end, late, denied, "poll: lost", denied], state, false],
    ["lost, and known after a denial", [lost, end, late, denied, "poll: issued"], state, false],
    ["refused on its repeat", [...lostAndRefused, end, late, denied], state, true],
    ["refused on its repeat, and denied late twice", [...lostAndRefused, end, late, denied, denied], state, false],
    ["taken: denials settle nothing", ["confirm: taken", end, late, denied, denied, denied], state, true],
    ["taken, and known", ["confirm: taken", end, late, denied, "poll: issued"], state, false],
    ["lost, and forgotten", [lost, end, late, denied, "forgotten", denied, denied, late, denied], state, true],
    ["lost, and a restart", [lost, end, late, denied, "restart", late - 1, denied, denied, 1, denied], state, true],
    ["lost, a restart, and denied late twice", [lost, end, "restart", late, denied, denied], state, false]
  ].map(([name, ...row]) => [`${end} when it was ${name}`, ...row] as unknown as Row)
})

const plays = async ([, moves, end, isPending]: Row) => {
  const state = await playConfirmation(moves)
  expect(state._tag).toBe(end)
  if (state._tag === "Failed") expect(state.failure).toEqual(refusal)
  expect(confirmationOf(state) !== undefined).toBe(isPending)
  if (state._tag === "Withdrawn") expect(state.erased).toBe(moves.includes("erased"))
}

describe("a confirm that is refused", () => {
  it.for(refusals)("%s", plays)
})

describe("a confirmation that was", () => {
  it.for(others)("%s", plays)
})

describe("a confirmation of a registration that is", () => {
  it.for(ends)("%s", plays)
})
