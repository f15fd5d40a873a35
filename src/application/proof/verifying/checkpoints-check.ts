import { Effect, Result } from "effect"
import { checkpointStream } from "../../history/ids.ts"
import { EventStore, type Position, type RawEvent } from "../../ports/event-store.ts"
import { leafOf, TreeHasher } from "../merkle-tree.ts"
import { type Link, type LogOwner, makeChain } from "./chain.ts"
import { type Covered, describeCheckpoint } from "./words.ts"

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
  /** The revision of the text that was looked for. */
  readonly soughtAt: number | undefined
}

/** So many are read ahead at least: no fewer than a page of the walk has events. */
export const pageOfWalk = 500

/**
 * Compares what the walk meets with the checkpoints: those are read ahead, since a checkpoint stands behind all that it covers. Where one of them
 * is missing or cannot be read, it goes on with the next one that the walk meets. `sought`: a text that should be among theirs.
 */
export const makeCheckpointsCheck = (owner: LogOwner, fault: (sentence: string) => void, sought?: string) => {
  const chain = makeChain(owner, sought)
  const ahead: Array<Link> = []
  /** Where to read on; undefined: at the end, or behind something that is missing. */
  let next: number | undefined = owner.logId === undefined ? undefined : 0
  let blindFrom = Number.POSITIVE_INFINITY

  let tree = new TreeHasher()
  /** The position after which the events of the tree began; NaN where no checkpoint begins there. */
  let treeFrom = 0
  let reached = 0
  let met = -1
  let taken = -1
  let checkpoints = 0
  let coveredTo = 0
  let uncovered = 0

  /** Reads ahead as far as a page of the walk may need it. */
  const readAhead = Effect.fnUntraced(function* () {
    const store = yield* EventStore
    let most = pageOfWalk
    while (next !== undefined && ahead.length < pageOfWalk) {
      const read = yield* Effect.result(store.read(checkpointStream, next, most))
      const isFailed = Result.isFailure(read)
      if (isFailed && most > 1) {
        most = 1
        continue
      }
      // What cannot be read for a reason without a name is no event at all: the walk will say so.
      if (isFailed && read.failure.code !== "unknown") return yield* Effect.fail(read.failure)
      const { events, lost } = isFailed ? { events: [], lost: next } : read.success
      for (const event of events) ahead.push(chain.take(event, ++taken))
      if (lost !== undefined) blindFrom = lost
      next = lost === undefined && events.length === most ? next + events.length : undefined
    }
  })

  /** The walk is beyond what the first of them covers, or met it. */
  const close = () => {
    const first = ahead.shift()
    if (first === undefined) return
    const { revision, covers, flaw } = first
    if (flaw !== undefined) fault(describeCheckpoint(revision, flaw, covers))
    if (covers === undefined) return
    const isLate = reached > covers.to
    if (flaw === undefined) compare(revision, covers, isLate)
    treeFrom = isLate ? Number.NaN : covers.to
    tree = new TreeHasher()
  }

  const compare = (revision: number, covers: Covered, isLate: boolean) => {
    checkpoints++
    coveredTo = covers.to
    uncovered = 0
    if (isLate || covers.from !== treeFrom) fault(describeCheckpoint(revision, "not_compared", covers))
    else if (tree.count !== covers.count) fault(describeCheckpoint(revision, "other_count", covers, tree.count))
    else if (tree.root().toString("hex") !== covers.root) fault(describeCheckpoint(revision, "other_events", covers))
  }

  const closeBefore = (position: Position) => {
    for (let first = ahead[0]; first && (first.covers === undefined || first.covers.to < position); first = ahead[0])
      close()
  }

  return {
    readAhead,
    /** An event that the walk meets, and whether it is flawed in itself. */
    meet: (event: RawEvent, isFlawed: boolean): void => {
      const { position, stream, revision } = event
      closeBefore(position)
      if (stream !== checkpointStream) uncovered++
      else {
        met = revision
        // It says of itself that it covers what comes after it.
        for (let first = ahead[0]; first && first.revision <= revision; first = ahead[0]) close()
        if (revision >= blindFrom) {
          next = revision === blindFrom && isFlawed ? revision + 1 : revision
          taken = next - 1
          blindFrom = Number.POSITIVE_INFINITY
        }
      }
      reached = position
      const leaf = leafOf(event)
      if (leaf) tree.add(leaf)
    },
    /** All up to `end` was met, and read ahead of. */
    finish: (end: Position): CheckpointsFound => {
      closeBefore(end + 1)
      if (taken < met) fault(describeCheckpoint(met, "unreadable"))
      return { checkpoints, coveredTo, uncovered, ...chain.end() }
    }
  }
}
