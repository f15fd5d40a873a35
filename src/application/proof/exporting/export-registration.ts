import { Effect, Result } from "effect"
import { streamOf } from "../../history/ids.ts"
import { EventStore, EventStoreUnavailable, type Position, type StoredEvent } from "../../ports/event-store.ts"
import { noteOf } from "../checkpoint-event.ts"
import { isIn } from "../checkpoint-note.ts"
import { inclusionPath } from "../merkle-tree.ts"
import { readOpened } from "../opened.ts"
import { type Covering, readCheckpoints } from "./checkpoints-of-log.ts"
import { type CoveredLeaves, readLeaves } from "./covered-leaves.ts"
import { type ExportedEvent, mostExportBytes, type RegistrationExport } from "./export-format.ts"
import {
  missing,
  NoSuchRegistration,
  NotProvable,
  nothingSigned,
  notProvableFor,
  otherEvents,
  tooLargeToExport
} from "./not-provable.ts"
import { writeExport } from "./read-export.ts"
import { readSigners, type SignerOfLog } from "./signers-of-log.ts"
import { verifyExport } from "./verify-export.ts"

export type Exported = {
  readonly bytes: Uint8Array
  readonly file: RegistrationExport
  /** The first revision that no checkpoint covers yet; absent where all are proven. */
  readonly uncoveredFrom?: number
}

/** Everything that proves the history of one registration (docs/audit.md). What it hands out was verified as a reader of it does. */
export const exportRegistration = Effect.fn("exportRegistration")(function* (registrationId: string) {
  const store = yield* EventStore
  const stream = streamOf(registrationId)
  const { events, lost } = yield* store.read(stream)
  if (lost !== undefined) return yield* missing(stream, lost)
  if (events.length === 0) return yield* new NoSuchRegistration({})

  const opened = yield* readOpened
  const checkpoints = yield* readCheckpoints
  const { signers, changes } = yield* readSigners(checkpoints, opened)
  const [first, last] = [signers.at(0), signers.at(-1)]
  if (first === undefined || last === undefined) return yield* new NotProvable({ sentence: nothingSigned })

  const ranges: Array<Range> = []
  const exported: Array<ExportedEvent> = []
  for (const stored of events) {
    const position = yield* positionOf(stored)
    const covering = ranges.find(({ covers }) => isIn(covers, position)) ?? (yield* checkpoints.covering(position))
    if (covering === undefined) {
      exported.push(exportedEvent(stored, position))
      continue
    }
    const range = ranges.find(({ revision }) => revision === covering.revision) ?? (yield* readRange(covering))
    if (!ranges.includes(range)) ranges.push(range)
    const index = range.indexes.get(position)
    if (index === undefined) return yield* otherEvents(covering.revision)
    const path = inclusionPath(range.levels, index).map((beside) => beside.toString("hex"))
    exported.push({ ...exportedEvent(stored, position), proof: { checkpoint: ranges.indexOf(range), index, path } })
  }

  const file: RegistrationExport = {
    checkpoints: ranges.map((range) => exportedCheckpoint(range, opened.logId, signers)),
    events: exported,
    format: "certreg-export",
    logId: opened.logId,
    publicKey: last.publicKey,
    registrationId,
    signers: { changes, first: first.publicKey },
    version: 1
  }
  return yield* asReadersTakeIt(file, ranges)
})

type Range = Covering & CoveredLeaves

const positionOf = Effect.fnUntraced(function* ({ stream, revision }: StoredEvent) {
  const store = yield* EventStore
  const position = yield* store.positionOf(stream, revision)
  if (position !== undefined) return position
  return yield* new EventStoreUnavailable({ operation: "read", stored: "no", code: "no_position" })
})

const readRange = Effect.fnUntraced(function* (covering: Covering) {
  const leaves = yield* readLeaves(covering.covers)
  if (leaves === undefined) return yield* otherEvents(covering.revision)
  return { ...covering, ...leaves } satisfies Range
})

const exportedEvent = ({ hash, ...event }: StoredEvent, position: Position): ExportedEvent => ({
  event,
  hash,
  position
})

const exportedCheckpoint = ({ checkpoint }: Range, logId: string, signers: ReadonlyArray<SignerOfLog>) => {
  const signer = signers.findIndex(({ since }) => since === checkpoint.signerSince)
  const note = noteOf(checkpoint, logId, signers[signer]?.publicKey) ?? ""
  // Without its signer the note is none, which a reader finds.
  return { note, signer: Math.max(signer, 0) }
}

const asReadersTakeIt = Effect.fnUntraced(function* (file: RegistrationExport, ranges: ReadonlyArray<Range>) {
  // Hand-made data can be deeper than a stack.
  const written = Result.try(() => writeExport(file))
  if (Result.isFailure(written)) return yield* new NotProvable({ sentence: tooLargeToExport })
  const bytes = written.success
  const revisions = ranges.map(({ revision }) => revision)
  if (bytes.length > mostExportBytes) return yield* new NotProvable({ sentence: tooLargeToExport })
  const verdict = verifyExport(bytes, file.publicKey)
  if (verdict._tag === "Contradiction") return yield* notProvableFor(verdict, file.registrationId, revisions)
  const exported: Exported = { bytes, file }
  return verdict._tag === "NotCovered" ? { ...exported, uncoveredFrom: verdict.revision } : exported
})
