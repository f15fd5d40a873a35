import { Arbitrary, Result, Schema } from "effect"
import type { RegistrationCommand } from "../../src/domain/registration/commands.ts"
import { decide } from "../../src/domain/registration/decide.ts"
import type { Decision } from "../../src/domain/registration/decision.ts"
import {
  Document,
  type RegistrationEvent,
  ReportedResult,
  ReportedStatus
} from "../../src/domain/registration/events.ts"
import { evolve } from "../../src/domain/registration/evolve.ts"
import { confirmationOf, type Instant, initial, type State } from "../../src/domain/registration/registration.ts"
import { second, start } from "./given.ts"
import * as a from "./registration-commands.ts"

export const uploadWindow = 20 * second
export const eraseAfter = 30 * second

const kinds = [
  "request",
  "claimUrls",
  "recordUrls",
  "recordRanOut",
  "claimUpload",
  "recordImage",
  "recordDocuments",
  "claimConfirm",
  "recordConfirmed",
  "recordNotConfirmed",
  "reportResult",
  "recordResult",
  "refuseUrls",
  "refuseConfirm",
  "raiseAttention",
  "giveUp",
  "withdraw",
  "expire",
  "placeHold",
  "endHold",
  "endHoldByTime",
  "erase",
  "eraseByTime",
  "eraseWhenDue",
  "recordErased"
] as const

/** One move: more often than not what is to be done next, else any command; few ids, owners and images, so that they collide. */
const Move = Schema.Struct({
  roll: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 9 })),
  kind: Schema.Literals(kinds),
  /** The submission that it names: the one that it should, or one before or after it. */
  beside: Schema.Literals([0, 0, 0, 0, -1, 1]),
  owner: Schema.Literals(["p1", "p2"]),
  document: Document,
  image: Schema.Literals(["a", "b", "c"]),
  /** Of the selfie, where both are told of. */
  second: Schema.Literals(["a", "b", "c"]),
  status: ReportedStatus,
  result: Schema.UndefinedOr(ReportedResult)
})
type Move = typeof Move.Type

export const moves = Arbitrary.array(Arbitrary.schema(Move), { maxLength: 60 })

const any = (move: Move, state: State, at: Instant) => {
  const { kind, owner, document, image, second: sibling, status, result } = move
  const n = submissionsOf(state) + move.beside
  const said = { status, ...(result ? { result } : {}) }
  const commands: Record<(typeof kinds)[number], RegistrationCommand> = {
    request: a.requestIt,
    claimUrls: a.claimUrls(n + 1, owner),
    recordUrls: a.recordUrls(n + 1),
    recordRanOut: a.recordRanOut(n),
    claimUpload: a.claimUpload(document, image, n, owner),
    recordImage: a.recordImage(document, image, n),
    recordDocuments: a.recordDocuments(image, sibling, n),
    claimConfirm: a.claimConfirm(n, owner),
    recordConfirmed: a.recordConfirmed(n),
    recordNotConfirmed: a.recordNotConfirmed(n),
    reportResult: a.reportResult(said, n),
    recordResult: a.recordResult(said, n),
    refuseUrls: a.refuseUrls(n + 1),
    refuseConfirm: a.refuseConfirm(n),
    raiseAttention: a.raiseAttention(n),
    giveUp: a.giveUp,
    withdraw: a.withdraw,
    expire: a.expire(at, uploadWindow),
    placeHold: a.placeHold(at + 10 * second * ("abc".indexOf(image) + 1), status),
    endHold: a.endHold(),
    endHoldByTime: a.endHold(at),
    erase: a.erase,
    eraseByTime: a.eraseAt(at),
    eraseWhenDue: a.eraseWhenDue(at, eraseAfter),
    recordErased: a.recordErased
  }
  return commands[kind]
}

const submissionsOf = (state: State): number => ("submissions" in state ? state.submissions : 0)

/** What brings a registration on, as the driver and a good uploader would. */
const next = (move: Move, state: State, at: Instant): RegistrationCommand => {
  const n = submissionsOf(state)
  switch (state._tag) {
    case "Initial":
      return a.requestIt
    case "Requested":
    case "AwaitingImages": {
      if (state.urlsCall) return a.recordUrls(n + 1)
      if (state._tag === "Requested") return a.claimUrls(n + 1, move.owner)
      const { images, uploads } = state.submission
      const document = images.ktp ? "selfie" : "ktp"
      const claimed = uploads[document]
      return claimed ? a.recordImage(document, claimed.sha256, n) : a.claimUpload(document, move.image, n, move.owner)
    }
    case "ReadyToConfirm":
      return state.confirmation ? a.recordConfirmed(n) : a.claimConfirm(n, move.owner)
    default:
      return any(confirmationOf(state) ? { ...move, kind: "recordResult", beside: 0 } : move, state, at)
  }
}

export type Played = {
  readonly command: RegistrationCommand
  readonly before: State
  readonly decision: Decision
  readonly added: ReadonlyArray<RegistrationEvent>
  readonly after: State
  /** When it was decided and recorded. */
  readonly at: Instant
}

/** Plays moves, a few seconds apart, on a registration that does not exist yet. */
export const play = (all: ReadonlyArray<Move>): ReadonlyArray<Played> => {
  let before: State = initial
  return all.map((move, i) => {
    const at = start + 3 * i * second
    const command = move.roll < 8 ? next(move, before, at) : any(move, before, at)
    const decision = decide(command, before)
    const added = Result.getOrElse(decision, () => [])
    const after = added.reduce<State>((state, event) => evolve(state, event, at), before)
    const played = { command, before, decision, added, after, at }
    before = after
    return played
  })
}

export const eventsOf = (played: ReadonlyArray<Played>): ReadonlyArray<RegistrationEvent> =>
  played.flatMap(({ added }) => added)
