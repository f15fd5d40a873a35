import { rmSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { checkpointStream, logStream } from "../../src/application/history/ids.ts"
import { reported } from "../support/signed-log.ts"
import { putBack } from "../support/put-back.ts"
import type { Tampering } from "../support/tampering.ts"
import { copyOf, tampered, verify, writtenLog } from "../support/verified-log.ts"

const log = await writtenLog()
const [one = "", other = "", third = ""] = log.streams
const [inLast = ""] = log.streams.slice(-1)

const eventAt = (revision: number, stream: string) => `The event at revision ${revision} of the stream ${stream}`
const notWritten = "is not the one that was written:"
const otherBytes = `${notWritten} its content does not match its hash.`
const missing = "has none before it: something is missing."
const covered = [
  [1, 451, 0],
  [452, 902, 1],
  [903, 1354, 3],
  [1355, 1805, 4]
] as const
const [inFirst, inSecond, inThird, inFourth] = covered.map(
  ([from, to, revision]) =>
    `The events at positions ${from} to ${to} are not those of the checkpoint at revision ${revision} of the stream ${checkpointStream}:`
)
const changed = "one of them was changed or moved."
const checkpointAt = (revision: number, positions = "") =>
  `The checkpoint at revision ${revision} of the stream ${checkpointStream}${positions && ` (positions ${positions})`}`
const cutOrPutBack = "Events are missing at the end, or the log was put back."
const unknownCheckpoint = `The log does not have the last checkpoint that the vault knows, at revision 4 of the stream ${checkpointStream}, up to position 1805. ${cutOrPutBack}`

type Case = readonly [what: string, work: (by: Tampering) => unknown, first: string, more: number]

const otherData = (content: object) => ({ ...content, data: {} })
const withData = (data: object) => (content: { readonly data: object }) => ({
  ...content,
  data: { ...content.data, ...data }
})

const ofEvents: ReadonlyArray<Case> = [
  ["a byte", ({ replace }) => replace(one, 20, "PROCESSING", "VALIDATING"), `${eventAt(20, one)} ${otherBytes} It lies at position 603.`, 0],
  ["a byte after the last checkpoint", ({ replace }) => replace(one, 60, "PROCESSING", "VALIDATING"), `${eventAt(60, one)} ${otherBytes}`, 0],
  ["bytes and hash", ({ rewrite }) => rewrite(one, 20, otherData), `${eventAt(21, one)} ${notWritten} it does not follow on the event before it.`, 1],
  ["bytes and hash of the last one", ({ rewrite }) => rewrite(inLast, 59, otherData), `${inFourth} ${changed}`, 0],
  ["bytes, hash and all that follows", ({ rewriteAll }) => rewriteAll(one, 20, otherData), `${inSecond} ${changed}`, 2],
  ["the hash alone", ({ log, positionOf }) => log.prepare("UPDATE events SET hash = 'none' WHERE position = ?").run(positionOf(one, 20)), `${eventAt(20, one)} ${otherBytes}`, 2],
  ["one dropped in the middle", ({ drop }) => drop(one, "revision = 20"), `${eventAt(21, one)} ${missing} It lies at position 633.`, 1],
  ["one dropped at the end of its stream", ({ drop }) => drop(inLast, "revision = 59"), `${inFourth} it has 451 events, and there are 450.`, 0],
  ["one dropped and put in again elsewhere", ({ move, positionOf }) => move(positionOf(inLast, 59), 1900), `${inFourth} it has 451 events, and there are 450.`, 0],
  ["all of a stream", ({ drop }) => drop(one, "true"), `${inFirst} it has 451 events, and there are 436.`, 3],
  ["all of a stream and its name", ({ drop, dropName }) => [drop(one, "true"), dropName(one)], `${inFirst} it has 451 events, and there are 436.`, 3],
  ["the name of a stream", ({ dropName }) => dropName(one), `The event at revision 0 of a stream without a name ${notWritten} it was written for another place. It was written for revision 0 of the stream ${one}.`, 60],
  ["another name for a stream", ({ log }) => log.prepare("UPDATE streams SET name = 'registration-x' WHERE name = ?").run(one), `${eventAt(0, "registration-x")} ${notWritten} it was written for another place. It was written for revision 0 of the stream ${one}.`, 60],
  ["two positions of a stream swapped", ({ swap, positionOf }) => swap(positionOf(one, 20), positionOf(one, 21)), `${eventAt(21, one)} ${missing} It lies at position 603.`, 1],
  ["two positions swapped", ({ swap, positionOf }) => swap(positionOf(one, 20), positionOf(other, 20)), `${inSecond} ${changed}`, 0],
  ["two revisions swapped", ({ swapRevisions }) => swapRevisions(one, 20, 21), `${eventAt(21, one)} ${notWritten} it was written for another place.`, 4],
  ["all positions shifted", ({ shift }) => shift(1000), `${inFirst} it has 451 events, and there are 0.`, 3],
  ["later positions shifted", ({ shift }) => shift(1, 1000), `${inThird} it has 452 events, and there are 451.`, 1],
  ["an event in between", ({ insert }) => insert(one, 1000, { ...reported, id: "x" }), `${eventAt(61, one)} ${missing} It lies at position 1000.`, 2],
  ["a stream in between", ({ insert }) => insert("registration-x", 1000, { ...reported, id: "x" }), `${inThird} ${changed}`, 1],
  ["an event once more", ({ duplicate }) => duplicate(one, 60, 61), `${eventAt(61, one)} ${notWritten} it was written for another place. It was written for revision 60 of the stream ${one}.`, 0],
  ["an event into another stream", ({ moveTo }) => moveTo(one, 60, third, 61), `${eventAt(61, third)} ${notWritten} it was written for another place.`, 0],
  ["the first event, whose log it is", ({ rewriteAll }) => rewriteAll(logStream, 0, withData({ vaultId: "w" })), `${inFirst} ${changed}`, 0],
  ["the first event, who signs", ({ rewriteAll }) => rewriteAll(logStream, 0, withData({ signer: stranger.publicKey })), `${checkpointAt(0, "1 to 451")} is not signed by the log's signer of that time.`, 4],
  ["the first event dropped", ({ drop }) => drop(logStream, "true"), `The log does not begin with the event at revision 0 of the stream ${logStream}, but with revision 0 of the stream ${one}: events are missing at the beginning, or were moved.`, 2]
]
