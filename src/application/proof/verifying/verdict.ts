import { counted, number } from "../../count-words.ts"
import type { CheckpointsFound } from "./checkpoints-check.ts"
import type { Restores } from "./words.ts"

/** What a log came to. */
export type Verified = CheckpointsFound & {
  readonly events: number
  readonly streams: number
  readonly restores: Restores | undefined
  /** The first thing that is wrong with it, in a sentence; absent where all is well. */
  readonly first?: string
  /** How many more there are. */
  readonly more: number
}

/** What is told in the end. */
export const verdictOf = (verified: Verified): string => (verified.first === undefined ? good(verified) : bad(verified))

const bad = ({ first, more }: Verified): string =>
  more === 0
    ? `${first}`
    : `${first}\nAfter it, ${number(more)} more ${more === 1 ? "fault was" : "faults were"} found.`

const good = (verified: Verified): string => {
  const { events, streams, signer, givenAt, restores } = verified
  return [
    `${counted(events, "event")} in ${counted(streams, "stream")}, all as they were written.`,
    covered(verified),
    ...(givenAt === undefined ? [] : [`The given checkpoint is in the log, at revision ${givenAt}.`]),
    ...(restores === undefined
      ? []
      : [`The log was put back from a backup ${times(restores.count)}, last at ${restores.recordedAt}.`]),
    signer === undefined ? "The log names no signer." : `Signer: ${signer}`
  ].join("\n")
}

const times = (count: number): string => (count === 1 ? "once" : `${number(count)} times`)

const covered = ({ checkpoints, coveredTo, uncovered }: Verified): string => {
  if (checkpoints === 0)
    return "No checkpoint covers any of them yet: each is as its own hash says, and that is all that is known."
  const which = checkpoints === 1 ? "One checkpoint covers" : `${number(checkpoints)} checkpoints cover`
  const last =
    uncovered === 0
      ? "there is none after it"
      : `the last ${uncovered === 1 ? "one is" : `${number(uncovered)} are`} not covered yet`
  return `${which} them up to position ${coveredTo}; ${last}.`
}
