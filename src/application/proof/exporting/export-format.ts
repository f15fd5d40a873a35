import { Schema } from "effect"

/** Bytes of an export at most: nobody has to hold what somebody sends. */
export const mostExportBytes = 64 * 1024 * 1024
/** Arrays and objects in each other at most. */
export const deepestExport = 32

const Sha256 = Schema.String.check(Schema.isPattern(/^[0-9a-f]{64}$/))
const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
const Uuid = Schema.String.check(Schema.isPattern(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/))
const Instant = Schema.String.check(Schema.isPattern(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/))
const PublicKey = Schema.String.check(Schema.isPattern(/^[A-Za-z0-9+/]{59}=$/))

/** What the hash of an event covers (contract/service-api §2, history). */
const Content = Schema.Struct({
  actor: Schema.Struct({ id: Schema.String, kind: Schema.String }),
  causationId: Schema.optionalKey(Schema.String),
  correlationId: Schema.String,
  data: Schema.Record(Schema.String, Schema.Unknown),
  id: Schema.String,
  previousHash: Sha256,
  recordedAt: Instant,
  revision: Count,
  stream: Schema.String,
  type: Schema.String,
  version: Count
})

/** Leads from an event to the root of a checkpoint: `checkpoint` is its place in the list of them, `index` the leaf's among those it covers. */
const Proof = Schema.Struct({ checkpoint: Count, index: Count, path: Schema.Array(Sha256) })

/** An event, and where it stands in the log; without a proof where no checkpoint covers it yet. */
const ExportedEvent = Schema.Struct({
  event: Content,
  hash: Sha256,
  position: Count,
  proof: Schema.optionalKey(Proof)
})

/** A signed note, and which of the signers signed it: 0 for the first, n for the one that the n-th change brought in. */
const ExportedCheckpoint = Schema.Struct({ note: Schema.String, signer: Count })

/** One registration with all that proves its history; docs/audit.md describes it byte by byte. */
const RegistrationExport = Schema.Struct({
  checkpoints: Schema.Array(ExportedCheckpoint),
  events: Schema.Array(ExportedEvent),
  format: Schema.Literal("certreg-export"),
  logId: Uuid,
  publicKey: PublicKey,
  registrationId: Uuid,
  signers: Schema.Struct({ changes: Schema.Array(Schema.String), first: PublicKey }),
  version: Schema.Literal(1)
})

export type ExportedEvent = typeof ExportedEvent.Type
export type RegistrationExport = typeof RegistrationExport.Type

/** Whether a value has the form of an export, and nothing else in it. Believes nothing of what it says. */
export const decodeExport = Schema.decodeUnknownResult(RegistrationExport, { onExcessProperty: "error" })
