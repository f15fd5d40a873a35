import type { Position, StoredEvent } from "../../ports/event-store.ts"
import { type CheckpointEvent, isSigned, readCheckpointEvent, textOf } from "../checkpoint-event.ts"
import { firstPrevious, hashOfText } from "../checkpoint-note.ts"
import type { CheckpointFlaw, Covered } from "./words.ts"

/** Whose a log is, and who signs first; nothing of it is known where its first event cannot be read. */
export type LogOwner = { readonly logId?: string; readonly signer?: string }

/** An event of the stream of checkpoints. */
export type Link = { readonly revision: number; readonly flaw?: CheckpointFlaw; readonly covers?: Covered }

/**
 * Takes the events of the stream of checkpoints one after the other, and says of each whether it follows on the one before it and is signed by who
 * signs then. Whoever signed something that is flawed signs nothing on. `sought`: a text that should be among theirs.
 */
export const makeChain = ({ logId = "", signer: first }: LogOwner, sought: string | undefined) => {
  const signers = new Set(first === undefined ? [] : [first])
  let signer = first
  let since: number | undefined
  let previous = firstPrevious
  let covered: Position = 0
  let soughtAt: number | undefined

  const flawIn = (said: CheckpointEvent): CheckpointFlaw | undefined => {
    if (said.previous !== previous) return "not_following"
    if (said.signerSince !== since || !isSigned(said, logId, signer)) return "not_signed"
    return said._tag === "CheckpointSigned" && said.lastPosition <= covered ? "covers_nothing" : undefined
  }

  /** `revision`: where it lies, whatever it says itself. */
  const take = (event: StoredEvent, revision: number): Link => {
    const said = readCheckpointEvent(event)
    if (said === undefined) return { revision, flaw: "unreadable" }
    const flaw = flawIn(said)
    const text = textOf(said, logId, signer)
    previous = hashOfText(text)
    if (text === sought) soughtAt = revision
    const link = flaw === undefined ? { revision } : { revision, flaw }
    if (said._tag === "CheckpointSigned") {
      const covers = { from: covered, to: said.lastPosition, count: said.count, root: said.root }
      covered = said.lastPosition
      return { ...link, covers }
    }
    if (flaw === undefined) {
      signer = said.signer
      since = revision
      signers.add(signer)
    }
    return link
  }

  return { take, end: () => ({ signer, signers: [...signers], soughtAt }) }
}
