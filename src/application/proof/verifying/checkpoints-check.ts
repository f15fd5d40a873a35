import { checkpointStream } from "../../history/ids.ts"
import type { Position, RawEvent } from "../../ports/event-store.ts"
import type { CoveredRange } from "../checkpoint-note.ts"
import { leafOf, TreeHasher } from "../merkle-tree.ts"
import type { CheckedLink, LogOwner } from "./chain.ts"
import { makeReadAhead } from "./read-ahead.ts"
import { describeCovered, describeLink } from "./words.ts"

/** What the stream of checkpoints came to, so far. */
export type CheckpointsFound = {
  /** How many are signed as they should be. */
  readonly checkpoints: number
  /** The last position that a checkpoint covers. */
  readonly coveredTo: Position
  /** Events after it, without those of the stream of checkpoints itself. */
  readonly uncovered: number
  /** Base64 of the SPKI form; undefined where nobody signs. */
  readonly signer: string | undefined
  /** All who ever signed. */
  readonly signers: ReadonlyArray<string>
  /** The revision of the given text. */
  readonly givenAt: number | undefined
}

/** Compares what the walk meets with the checkpoints. `given`: a text that should be among theirs. */
export const makeCheckpointsCheck = (owner: LogOwner, fault: (sentence: string) => void, given?: string) => {
  const ahead = makeReadAhead(owner, given)
  let tree = new TreeHasher()
  /** The position after which the events of the tree began; NaN where no checkpoint begins there. */
  let treeAfter = 0
  let reached = 0
  let checkpoints = 0
  let coveredTo = 0
  let uncovered = 0

  /** The walk is beyond what the first of them covers, or met it. */
  const close = (link: CheckedLink) => {
    ahead.dropFirst()
    const { revision, covers, flaw } = link
    if (flaw !== undefined) fault(describeLink(revision, flaw, covers))
    if (covers === undefined) return
    const isLate = reached > covers.upTo
    if (flaw === undefined) compare(revision, covers, isLate)
    treeAfter = isLate ? Number.NaN : covers.upTo
    tree = new TreeHasher()
  }

  const compare = (revision: number, covers: CoveredRange, isLate: boolean) => {
    checkpoints++
    coveredTo = covers.upTo
    uncovered = 0
    const { count } = tree
    if (isLate || covers.after !== treeAfter) fault(describeCovered(revision, covers, "not_compared"))
    else if (count !== covers.count) fault(describeCovered(revision, covers, { count }))
    else if (tree.root().toString("hex") !== covers.root) fault(describeCovered(revision, covers, "other_events"))
  }

  const closeWhile = (isDone: (link: CheckedLink) => boolean) => {
    for (let link = ahead.first(); link && isDone(link); link = ahead.first()) close(link)
  }
  const closeBefore = (position: Position) => closeWhile(({ covers }) => covers === undefined || covers.upTo < position)

  return {
    readAhead: ahead.read,
    /** Whether a checkpoint covers a position that the walk comes to, as far as is known. */
    covers: (position: Position): boolean => {
      closeBefore(position)
      return ahead.first() !== undefined
    },
    /** An event that the walk meets, and whether it is flawed in itself. */
    meet: (event: RawEvent, isFlawed: boolean): void => {
      const { position, stream, revision } = event
      closeBefore(position)
      if (stream !== checkpointStream) uncovered++
      else {
        // It says of itself that it covers what comes after it.
        closeWhile((link) => link.revision <= revision)
        ahead.meet(revision, isFlawed)
      }
      reached = position
      const leaf = leafOf(event)
      if (leaf) tree.add(leaf)
    },
    /** All up to `end` was met, and read ahead of. */
    finish: (end: Position): CheckpointsFound => {
      closeBefore(end + 1)
      const unread = ahead.unread()
      if (unread !== undefined) fault(describeLink(unread, "unreadable"))
      return { checkpoints, coveredTo, uncovered, ...ahead.end() }
    }
  }
}
