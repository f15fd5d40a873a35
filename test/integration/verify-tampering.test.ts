import { describe, expect, it } from "vitest"
import { checkpointStream, logStream } from "../../src/application/history/ids.ts"
import { reported } from "../support/signed-log.ts"
import type { Tampering } from "../support/tampering.ts"
import { tampered, verify, writtenLog } from "../support/verified-log.ts"

const log = await writtenLog()
const [one = "", other = ""] = log.streams
const [last = ""] = log.streams.slice(-1)

const eventAt = (revision: number, stream: string) => `The event at revision ${revision} of the stream ${stream}`
const notWritten = "is not the one that was written:"
const otherBytes = `${notWritten} its content does not match its hash.`
const otherPlace = `${notWritten} it was written for another place.`
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
type Case = readonly [what: string, work: (by: Tampering) => unknown, first: string, more: number]

const otherData = (content: object) => ({ ...content, data: {} })
const withData = (data: object) => (content: { readonly data: object }) => ({
  ...content,
  data: { ...content.data, ...data }
})

const ofEvents: ReadonlyArray<Case> = [
  [
    "a byte",
    ({ replace }) => replace(one, 20, "PROCESSING", "VALIDATING"),
    `${eventAt(20, one)} ${otherBytes} It lies at position 603.`,
    0
  ],
  [
    "a byte after the last checkpoint",
    ({ replace }) => replace(one, 60, "PROCESSING", "VALIDATING"),
    `${eventAt(60, one)} ${otherBytes}`,
    0
  ],
  [
    "bytes and hash",
    ({ rewrite }) => rewrite(one, 20, otherData),
    `${eventAt(21, one)} ${notWritten} it does not follow on the event before it.`,
    1
  ],
  ["bytes and hash of the last one", ({ rewrite }) => rewrite(last, 59, otherData), `${inFourth} ${changed}`, 0],
  ["bytes, hash and all that follows", ({ rewriteAll }) => rewriteAll(one, 20, otherData), `${inSecond} ${changed}`, 2],
  ["the hash alone", ({ rehash }) => rehash(one, 20, "none"), `${eventAt(20, one)} ${otherBytes}`, 2],
  [
    "one dropped in the middle",
    ({ drop }) => drop(one, "revision = 20"),
    `${eventAt(21, one)} ${missing} It lies at position 633.`,
    1
  ],
  [
    "one dropped at the end of its stream",
    ({ drop }) => drop(last, "revision = 59"),
    `${inFourth} it has 451 events, and there are 450.`,
    0
  ],
  ["all of a stream", ({ drop }) => drop(one, "true"), `${inFirst} it has 451 events, and there are 436.`, 3],
  [
    "a stream and its name",
    (by) => [by.drop(one, "true"), by.dropName(one)],
    `${inFirst} it has 451 events, and there are 436.`,
    3
  ],
  [
    "the name of a stream",
    ({ dropName }) => dropName(one),
    `The event at revision 0 of a stream without a name ${otherPlace} It was written for revision 0 of the stream ${one}.`,
    60
  ],
  [
    "another name for a stream",
    ({ rename }) => rename(one, "registration-x"),
    `${eventAt(0, "registration-x")} ${otherPlace} It was written for revision 0 of the stream ${one}.`,
    60
  ],
  [
    "two positions of a stream swapped",
    ({ swap, positionOf }) => swap(positionOf(one, 20), positionOf(one, 21)),
    `${eventAt(21, one)} ${missing} It lies at position 603.`,
    1
  ],
  [
    "two positions swapped",
    ({ swap, positionOf }) => swap(positionOf(one, 20), positionOf(other, 20)),
    `${inSecond} ${changed}`,
    0
  ],
  [
    "two revisions swapped",
    ({ swapRevisions }) => swapRevisions(one, 20, 21),
    `${eventAt(21, one)} ${otherPlace} It was written for revision 20 of the stream ${one}.`,
    2
  ],
  ["all positions shifted", ({ shift }) => shift(1000), `${inFirst} it has 451 events, and there are 0.`, 3],
  ["later positions shifted", ({ shift }) => shift(1, 1000), `${inThird} it has 452 events, and there are 451.`, 1],
  [
    "an event put in between",
    ({ insert }) => insert(one, 1000, reported),
    `${eventAt(61, one)} ${missing} It lies at position 1000.`,
    2
  ],
  ["a stream put in between", ({ insert }) => insert("registration-x", 1000, reported), `${inThird} ${changed}`, 1],
  [
    "an event twice",
    ({ duplicate }) => duplicate(one, 60, one, 61),
    `${eventAt(61, one)} ${otherPlace} It was written for revision 60 of the stream ${one}.`,
    0
  ],
  [
    "an event in another stream, too",
    ({ duplicate }) => duplicate(one, 60, other, 61),
    `${eventAt(61, other)} ${otherPlace} It was written for revision 60 of the stream ${one}.`,
    0
  ],
  [
    "whose log it is",
    ({ rewriteAll }) => rewriteAll(logStream, 0, withData({ vaultId: "w" })),
    `${inFirst} ${changed}`,
    0
  ],
  [
    "whose log it is, unreadable",
    ({ rewriteAll }) => rewriteAll(logStream, 0, otherData),
    `${eventAt(0, logStream)} cannot be read by this version, or does not say whose log this is.`,
    2
  ],
  [
    "the first event dropped",
    ({ drop }) => drop(logStream, "true"),
    `The log does not begin with the event at revision 0 of the stream ${logStream}, but with revision 0 of the stream ${one}: events are missing at the beginning, or were moved.`,
    2
  ]
]

describe("certreg verify finds what was done to events by hand", () => {
  it("and nothing where nothing was done", async () => {
    const { first, more, events, streams, checkpoints, uncovered } = await verify(log.dataDir)
    expect({ first, more, events, streams, checkpoints, uncovered }).toEqual({
      first: undefined,
      more: 0,
      events: 1811,
      streams: 32,
      checkpoints: 4,
      uncovered: 5
    })
  })

  it.each(ofEvents)("%s", async (_, work, first, more) => {
    const found = await verify(tampered(log.dataDir, work))
    expect({ first: found.first, more: found.more }).toEqual({ first: expect.stringContaining(first), more })
  })
})
