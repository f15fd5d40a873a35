import { hash } from "node:crypto"
import { Result } from "effect"
import { canonicalJson } from "../../history/canonical-json.ts"
import { firstPreviousHash } from "../../history/chain.ts"
import { streamOf } from "../../history/ids.ts"
import { type CoveredRange, isIn } from "../checkpoint-note.ts"
import { leafHash, rootOfPath } from "../merkle-tree.ts"
import { type Contradiction, contradiction, type Place } from "./contradiction.ts"
import type { ExportedEvent, RegistrationExport } from "./export-format.ts"

/** The first revision that no checkpoint covers, undefined where all are proven; fails where events contradict each other or the checkpoints. */
export const checkEventsIn = (
  { events, registrationId }: RegistrationExport,
  ranges: ReadonlyArray<CoveredRange>
): Result.Result<number | undefined, Contradiction> => {
  const stream = streamOf(registrationId)
  const wrong = (place: Place, what: string) => Result.fail(contradiction(place, what))
  for (const [n, one] of events.entries()) {
    const before = events[n - 1]
    const what = flawIn(one, { stream, revision: n }, before) ?? flawInProof(one, ranges)
    if (what !== undefined) return wrong({ in: "event", n }, what)
  }
  const used = new Set(events.map(({ proof }) => proof?.checkpoint))
  for (const n of ranges.keys()) if (!used.has(n)) return wrong({ in: "checkpoints", n }, "it proves nothing")
  if (events.length === 0) return wrong({ in: "events" }, "there are none")
  return Result.succeed(events.find(({ proof }) => proof === undefined)?.event.revision)
}

const flawIn = (
  { event, hash: stored, position }: ExportedEvent,
  { stream, revision }: { readonly stream: string; readonly revision: number },
  before: ExportedEvent | undefined
): string | undefined => {
  if (event.stream !== stream || event.revision !== revision) return "it has another place"
  const follows =
    event.previousHash === (before?.hash ?? firstPreviousHash) && event.recordedAt >= (before?.event.recordedAt ?? "")
  if (!follows || position <= (before?.position ?? 0)) return "it does not follow on the one before"
  return hash("sha256", canonicalJson(event)) === stored ? undefined : "its hash is not that of its content"
}

const flawInProof = (
  { hash: stored, position, proof }: ExportedEvent,
  ranges: ReadonlyArray<CoveredRange>
): string | undefined => {
  const outside = "its checkpoint does not cover its position"
  if (proof === undefined) return position > (ranges.at(-1)?.upTo ?? 0) ? undefined : outside
  const range = ranges[proof.checkpoint]
  if (range === undefined || !isIn(range, position)) return outside
  const path = proof.path.map((beside) => Buffer.from(beside, "hex"))
  const root = rootOfPath(leafHash(position, stored), proof.index, range.count, path)?.toString("hex")
  return root === range.root ? undefined : "its proof does not lead to the root of its checkpoint"
}
