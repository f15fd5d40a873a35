import { hash } from "node:crypto"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { describe, expect, it } from "vitest"
import { checkpointStream, logStream } from "../../src/application/history/ids.ts"
import type { SigningKey } from "../../src/application/ports/signer.ts"
import { firstPrevious, signerText } from "../../src/application/proof/checkpoint-note.ts"
import { putBack } from "../support/put-back.ts"
import { logId } from "../support/signed-log.ts"
import { signingKey } from "../support/signing-keys.ts"
import type { Tampering } from "../support/tampering.ts"
import { copyOf, tampered, verify, writtenLog } from "../support/verified-log.ts"

const log = await writtenLog()
const [one = ""] = log.streams
const stranger = signingKey(3)
const base64 = (signature: Uint8Array) => Buffer.from(signature).toString("base64")

const checkpointAt = (revision: number, positions: string) =>
  `The checkpoint at revision ${revision} of the stream ${checkpointStream} (positions ${positions})`
const notSigned = "is not signed by the log's signer of that time."
const notFollowing = "does not follow on the one before it: one of them was changed, or is missing."
const eventAt = (revision: number, stream = checkpointStream) =>
  `The event at revision ${revision} of the stream ${stream}`
const cutOrPutBack = "Events are missing at the end, or the log was put back."
const unknownToLog = `The log does not have the last checkpoint that the vault knows, at revision 4 of the stream ${checkpointStream}, up to position 1805. ${cutOrPutBack}`

type Case = readonly [what: string, work: (by: Tampering) => unknown, first: string, more: number]

const withData = (data: object) => (content: { readonly data: object }) => ({
  ...content,
  data: { ...content.data, ...data }
})
/** One of the second checkpoint's members, hashes and all that follows with it. */
const member =
  (data: object) =>
  ({ rewriteAll }: Tampering) =>
    rewriteAll(checkpointStream, 1, withData(data))

const second = checkpointAt(1, "452 to 902")
const changes: ReadonlyArray<Case> = [
  [
    "a byte",
    ({ replace }) => replace(checkpointStream, 1, "process", "Process"),
    `${eventAt(1)} is not the one that was written`,
    0
  ],
  [
    "what is no JSON",
    ({ replace }) => replace(checkpointStream, 1, "{", "["),
    `${eventAt(1)} is not the one that was written`,
    3
  ],
  ["its root", member({ root: firstPrevious }), `${second} ${notSigned}`, 4],
  ["its count", member({ count: 450 }), `${second} ${notSigned}`, 4],
  ["its last position", member({ lastPosition: 900 }), `${checkpointAt(1, "452 to 900")} ${notSigned}`, 4],
  [
    "its last position, beyond itself",
    member({ lastPosition: 9000 }),
    `${checkpointAt(1, "452 to 9000")} ${notSigned}`,
    4
  ],
  ["what comes before it", member({ previous: firstPrevious }), `${second} ${notFollowing}`, 4],
  ["its signature", member({ signature: base64(Buffer.alloc(64, 1)) }), `${second} ${notSigned}`, 3],
  [
    "its signature, as no text has one",
    member({ signature: "x" }),
    `The checkpoint at revision 1 of the stream ${checkpointStream} cannot be read by this version`,
    4
  ],
  [
    "whose signature it is",
    ({ rewriteAll }) => rewriteAll(checkpointStream, 3, withData({ signerSince: 1 })),
    `${checkpointAt(3, "903 to 1354")} ${notSigned}`,
    2
  ],
  [
    "its type",
    ({ rewriteAll }) => rewriteAll(checkpointStream, 1, (content) => ({ ...content, version: 2 })),
    `The checkpoint at revision 1 of the stream ${checkpointStream} cannot be read by this version`,
    4
  ],
  [
    "the first one dropped",
    ({ drop }) => drop(checkpointStream, "revision = 0"),
    `${eventAt(1)} has none before it`,
    2
  ],
  ["one dropped", ({ drop }) => drop(checkpointStream, "revision = 1"), `${eventAt(2)} has none before it`, 3],
  ["the last one dropped", ({ drop }) => drop(checkpointStream, "revision = 4"), unknownToLog, 0],
  ["all dropped", (by) => [by.drop(checkpointStream, "true"), by.dropName(checkpointStream)], unknownToLog, 0],
  [
    "the change of the signer dropped",
    ({ drop }) => drop(checkpointStream, "revision = 2"),
    `${eventAt(3)} has none before it`,
    2
  ],
  [
    "who signs",
    ({ rewriteAll }) => rewriteAll(logStream, 0, withData({ signer: stranger.publicKey })),
    `${checkpointAt(0, "1 to 451")} ${notSigned}`,
    4
  ]
]

/** The last text of the log: what a further one names as the one before it. */
const previous = hash("sha256", log.signed.at(-1)?.text ?? "")
/** A change of the signer, after all other events. `former`: who says that he signed before. */
const newSigner =
  (former: SigningKey | undefined, formerSaid = signingKey(2).publicKey) =>
  ({ insert }: Tampering) => {
    const text = signerText({ logId, previous, former: former && formerSaid, signer: stranger.publicKey })
    const signatures = {
      ...(former && { former: base64(former.sign(text)) }),
      signer: base64(stranger.sign(text))
    }
    const data = { previous, signer: stranger.publicKey, signerSince: 2, signatures }
    insert(checkpointStream, undefined, { type: "SignerChanged", version: 1, data })
  }
const fifth = `The checkpoint at revision 5 of the stream ${checkpointStream} ${notSigned}`

const byAnotherKey: ReadonlyArray<Case> = [
  [
    "a checkpoint",
    member({ signature: base64(stranger.sign(log.signed[1]?.text ?? "")) }),
    `${second} ${notSigned}`,
    3
  ],
  ["a new signer, who says so himself", newSigner(stranger), fifth, 0],
  ["a new signer, after nobody", newSigner(undefined), fifth, 0],
  ["a new signer, after one who never was", newSigner(stranger, stranger.publicKey), fifth, 0]
]

const ends: ReadonlyArray<Case> = [
  [
    "everything",
    ({ cut }) => cut(0),
    `The log is empty: its first event is missing, at revision 0 of the stream ${logStream}.`,
    3
  ],
  ["all from before the last checkpoint on", ({ cut }) => cut(1000), unknownToLog, 1],
  [
    "all after the last checkpoint",
    ({ cut }) => cut(1806),
    `The vault knows of events up to position 1811, and the log ends at position 1806. ${cutOrPutBack}`,
    0
  ]
]

const expectFaults = async (dataDir: string, first: string, more: number) => {
  const found = await verify(dataDir)
  expect({ first: found.first, more: found.more }).toEqual({ first: expect.stringContaining(first), more })
}

describe("certreg verify finds what was done by hand", () => {
  it.each(changes)("to a checkpoint: %s", (_, work, first, more) =>
    expectFaults(tampered(log.dataDir, work), first, more)
  )
  it.each(byAnotherKey)("with another key: %s", (_, work, first, more) =>
    expectFaults(tampered(log.dataDir, work), first, more)
  )
  it.each(ends)("to the end of the log: it cut off %s", (_, work, first, more) =>
    expectFaults(tampered(log.dataDir, work), first, more)
  )

  it("and takes a new signer whom the one before him vouches for", async () => {
    const { first, signer } = await verify(tampered(log.dataDir, newSigner(signingKey(2))))
    expect({ first, signer }).toEqual({ first: undefined, signer: stranger.publicKey })
  })

  it("when yesterday's log was put back, and when yesterday's vault was", async () => {
    const [withLog, withVault] = [copyOf(log.dataDir), copyOf(log.dataDir)]
    putBack(log.before, withLog, "log.db")
    await expectFaults(withLog, unknownToLog, 1)
    putBack(log.before, withVault, "vault.db")
    await expectFaults(
      withVault,
      "The log knows of a later state of the vault than there is: the vault was put back.",
      0
    )
  })

  it("when the rows know an event that the log does not have", async () => {
    const dataDir = copyOf(log.dataDir)
    const views = new DatabaseSync(join(dataDir, "views-1.db"))
    views.prepare("UPDATE generations SET position = 1813, stream = ?, revision = 61, hash = ?").run(one, firstPrevious)
    views.close()
    const beyond = `The rows know of events up to position 1813, and the log ends at position 1811. ${cutOrPutBack}`
    await expectFaults(dataDir, beyond, 1)
  })
})
