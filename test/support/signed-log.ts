import { Effect } from "effect"
import { chain } from "../../src/application/history/chain.ts"
import { checkpointStream, logStream, newId } from "../../src/application/history/ids.ts"
import { EventStore, noStream, type Position, type Tip, tipOf } from "../../src/application/ports/event-store.ts"
import { KeptCheckpoint } from "../../src/application/ports/kept-checkpoint.ts"
import type { SigningKey } from "../../src/application/ports/signer.ts"
import {
  checkpointText,
  firstPrevious,
  hashOfText,
  keyNameOf,
  signerText
} from "../../src/application/proof/checkpoint-note.ts"
import { leafHash, TreeHasher } from "../../src/application/proof/merkle-tree.ts"
import type { StoredData } from "../../src/domain/registration/event-codec.ts"
import { signNote } from "./sign-note.ts"

export const logId = "01939d5e-0000-7000-8000-0000000000e1"

const now = Date.parse("2026-11-26T10:00:00.000Z")
const origin = {
  actor: { kind: "process", id: "01939d5e-0000-7000-8000-0000000000e2" },
  correlationId: "01939d5e-0000-7000-8000-0000000000e3"
} as const
const base64 = (signature: Uint8Array) => Buffer.from(signature).toString("base64")

/** A checkpoint that was signed, and where it stands. */
export type Signed = {
  readonly revision: number
  readonly from: Position
  readonly to: Position
  readonly text: string
  readonly note: string
}

/**
 * Writes a log event by event and signs it, as the service does it; every event is of the same time. `opened`: what its first event says,
 * beside whose log it is; without a `signer` none signs before one is named.
 */
export const signedLog = Effect.fnUntraced(function* (
  signer: SigningKey | undefined,
  opened: Omit<StoredData, "type">
) {
  const store = yield* EventStore
  const tips = new Map<string, Tip>()
  const signed: Array<Signed> = []
  let previous = firstPrevious
  let covered = 0
  let current = signer
  let since: number | undefined

  const append = Effect.fnUntraced(function* (stream: string, data: ReadonlyArray<StoredData>) {
    const tip = tips.get(stream) ?? noStream
    const events = chain(stream, tip, data, origin, now)
    yield* store.append(stream, tip, events)
    const last = events.at(-1)
    if (last) tips.set(stream, tipOf(last))
    return last
  })

  const treeOf = Effect.fnUntraced(function* (most: number) {
    const tree = new TreeHasher()
    let to = covered
    const next = () => store.raw(to, Math.min(1000, most - tree.count))
    for (let page = yield* next(); page.length > 0 && tree.count < most; page = yield* next())
      for (const { position, hash } of page) {
        tree.add(leafHash(position, hash))
        to = position
      }
    return { tree, to }
  })

  /** Of so many events that none covers yet, at most. */
  const checkpoint = Effect.fnUntraced(function* (most = Number.POSITIVE_INFINITY) {
    if (current === undefined) return yield* Effect.die(new Error("nobody signs"))
    const { tree, to } = yield* treeOf(most)
    const said = { previous, count: tree.count, lastPosition: to, root: tree.root().toString("hex") }
    const text = checkpointText({ ...said, logId })
    const signature = base64(current.sign(text))
    const data = { ...said, ...(since === undefined ? {} : { signerSince: since }), signature }
    const event = yield* append(checkpointStream, [{ type: "CheckpointSigned", version: 1, data }])
    const note = signNote(text, keyNameOf(logId), current)
    const { revision = 0, hash = "" } = event ?? {}
    yield* KeptCheckpoint.use(({ keep }) => keep({ logId, revision, hash, note }))
    signed.push({ revision, from: covered, to, text, note })
    previous = hashOfText(text)
    covered = to
  })

  const changeSigner = Effect.fnUntraced(function* (signer: SigningKey) {
    const text = signerText({ logId, previous, former: current?.publicKey, signer: signer.publicKey })
    const signatures = {
      ...(current && { former: base64(current.sign(text)) }),
      signer: base64(signer.sign(text))
    }
    const data = {
      previous,
      signer: signer.publicKey,
      ...(since === undefined ? {} : { signerSince: since }),
      signatures
    }
    const event = yield* append(checkpointStream, [{ type: "SignerChanged", version: 1, data }])
    since = event?.revision
    current = signer
    previous = hashOfText(text)
  })

  yield* append(logStream, [{ type: "LogOpened", ...opened }])
  return { append, checkpoint, changeSigner, signed }
})

/** Some event of a registration; what it says is not looked at. */
export const reported: StoredData = {
  type: "ResultReported",
  version: 1,
  data: { submissionId: "s1", status: "PROCESSING" }
}

/** Streams of registrations whose events take turns. */
export const registrations = (count: number): ReadonlyArray<string> =>
  Array.from({ length: count }, () => `registration-${newId()}`)
