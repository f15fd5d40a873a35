import type { Position, StoredEvent } from "../../ports/event-store.ts"
import { type CheckpointEvent, isSigned, readCheckpointEvent, textOf } from "../checkpoint-event.ts"
import { type CoveredRange, firstPrevious, hashOfText, rangeOf } from "../checkpoint-note.ts"

/** What is wrong with an event of the stream of checkpoints in itself. */
export type LinkFlaw = "unreadable" | "not_following" | "not_signed" | "covers_nothing"

/** Whose a log is, and who signs first; nothing of it is known where its first event cannot be read. */
export type LogOwner = { readonly logId?: string; readonly signer?: string }

/** What an event of the stream of checkpoints came to. */
export type CheckedLink = { readonly revision: number; readonly flaw?: LinkFlaw; readonly covers?: CoveredRange }

/**
 * Takes the events of the stream of checkpoints one after the other, and says of each whether it follows on the one before it and is signed by who
 * signs then. Whoever signed something that is flawed signs nothing on. `given`: a text that should be among theirs.
 */
export const makeChain = ({ logId = "", signer: first }: LogOwner, given: string | undefined) => {
  const signers = new Set(first === undefined ? [] : [first])
  let signer = first
  let since: number | undefined
  let previous = firstPrevious
  let covered: Position = 0
  let givenAt: number | undefined

  const flawIn = (said: CheckpointEvent): LinkFlaw | undefined => {
    if (said.previous !== previous) return "not_following"
    if (said.signerSince !== since || !isSigned(said, logId, signer)) return "not_signed"
    return said._tag === "CheckpointSigned" && said.lastPosition <= covered ? "covers_nothing" : undefined
  }

  /** `revision`: where it lies, whatever it says itself. */
  const take = (event: StoredEvent, revision: number): CheckedLink => {
    const said = readCheckpointEvent(event)
    if (said === undefined) return { revision, flaw: "unreadable" }
    const flaw = flawIn(said)
    const text = textOf(said, logId, signer)
    previous = hashOfText(text)
    if (text === given) givenAt = revision
    const link = flaw === undefined ? { revision } : { revision, flaw }
    if (said._tag === "CheckpointSigned") {
      const covers = rangeOf(said, covered)
      covered = covers.upTo
      return { ...link, covers }
    }
    if (flaw === undefined) {
      signer = said.signer
      since = revision
      signers.add(signer)
    }
    return link
  }

  return { take, end: () => ({ signer, signers: [...signers], givenAt }) }
}
