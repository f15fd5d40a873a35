import { Effect } from "effect"
import { expect, it } from "vitest"
import { checkpointStream, logStream, streamOf } from "../../../src/application/history/ids.ts"
import { verifyExport } from "../../../src/application/proof/exporting/verify-export.ts"
import { makeRandom } from "../../fuzz/random.ts"
import { ExportableLog, exportableLog, otherId, registrationId } from "../../support/exportable-log.ts"

type Entry = { hash: string; position: number; data: Record<string, unknown> }

/** The event at a revision, as somebody could change it who has the database. */
const entryOf = ({ log }: ExportableLog, stream: string, revision: number): Entry =>
  log.entries.find((entry) => entry.stream === stream && entry.revision === revision) as unknown as Entry

const why = async (log: ExportableLog, id?: string): Promise<string> =>
  (await Effect.runPromise(Effect.flip(log.export(id)))).message

it("exports what its readers find proven, of every registration", async () => {
  const log = await exportableLog()
  for (const id of [registrationId, otherId]) {
    const { file, bytes, uncoveredFrom } = await Effect.runPromise(log.export(id))
    expect(uncoveredFrom).toBeUndefined()
    expect(bytes.toString().endsWith("\n")).toBe(true)
    expect(file.checkpoints.map(({ signer }) => signer)).toEqual([0, 0, 1])
    for (const key of [file.signers.first, file.publicKey]) expect(verifyExport(bytes, key)._tag).toBe("Proven")
  }
})

it("finds the checkpoint of each event among many", async () => {
  const random = makeRandom(9)
  const log = new ExportableLog()
  const ids = Array.from({ length: 20 }, (_, n) => registrationId.replace(/..$/, `${n + 10}`))
  for (let n = 0; n < 60; n++) {
    for (let events = random.below(4); events >= 0; events--) log.goOn(random.pick(ids))
    await log.sign()
    if (n === 20 || n === 21) await log.nameSigner(n)
  }
  for (const id of ids.filter((one) => log.log.read(streamOf(one)).events.length > 0)) {
    const { bytes, file, uncoveredFrom } = await Effect.runPromise(log.export(id))
    expect([uncoveredFrom, verifyExport(bytes, file.publicKey)._tag]).toEqual([undefined, "Proven"])
    expect(file.signers.changes.length).toBe(2)
  }
})

it("exports what no checkpoint covers yet without a proof, and says from where on", async () => {
  const log = await exportableLog({ isCovered: false })
  const { file, uncoveredFrom } = await Effect.runPromise(log.export())
  expect(uncoveredFrom).toBe(7)
  expect(file.events.map(({ proof }) => proof?.checkpoint)).toEqual([0, 0, 0, 1, 1, 2, 2, undefined])

  const unsigned = new ExportableLog()
  unsigned.goOn(registrationId, 2)
  expect(await Effect.runPromise(unsigned.export())).toMatchObject({ uncoveredFrom: 0, file: { checkpoints: [] } })
})

it("exports a log that was opened before anything was signed, once somebody signs", async () => {
  const log = new ExportableLog(undefined, false)
  log.goOn(registrationId, 2)
  expect(await why(log)).toBe("Nothing of this log is signed yet: start the service on it once.")
  await log.nameSigner(1)
  await log.sign()
  const { bytes, file } = await Effect.runPromise(log.export())
  expect([file.signers.changes.length, verifyExport(bytes, file.publicKey)._tag]).toEqual([0, "Proven"])
})

it("says that a registration is not there", async () => {
  const log = await exportableLog()
  expect(await why(log, registrationId.replace(/.$/, "f"))).toBe("The log holds no registration with this id.")
})

const a = streamOf(registrationId)
const checkpoint = (n: number) => `The checkpoint at revision ${n} of the stream ${checkpointStream}`
const others = (n: number) => `The events that the c${checkpoint(n).slice(5)} covers are not those that were signed.`

it.each<readonly [name: string, tamper: (log: ExportableLog) => void, says: string]>([
  [
    "an event",
    (log) => (entryOf(log, a, 3).data["x"] = 1),
    `The event at revision 3 of the stream ${a} proves nothing`
  ],
  ["a hash", (log) => (entryOf(log, a, 3).hash = "0".repeat(64)), others(1)],
  ["what is no hash", (log) => (entryOf(log, a, 3).hash = "x"), others(1)],
  ["another registration's hash", (log) => (entryOf(log, streamOf(otherId), 1).hash = "0".repeat(64)), others(0)],
  [
    "what it followed on",
    (log) => Object.assign(entryOf(log, a, 3), { previousHash: "0".repeat(64) }),
    `The event at revision 3 of the stream ${a}`
  ],
  ["a root", (log) => (entryOf(log, checkpointStream, 0).data["root"] = "0".repeat(64)), others(0)],
  ["a count", (log) => (entryOf(log, checkpointStream, 0).data["count"] = 3), others(0)],
  ["a larger count", (log) => (entryOf(log, checkpointStream, 0).data["count"] = 300), others(0)],
  [
    "a checkpoint's signature",
    (log) =>
      (entryOf(log, checkpointStream, 1).data["signature"] = entryOf(log, checkpointStream, 0).data["signature"]),
    `${checkpoint(1)} proves nothing: its signer did not sign it.`
  ],
  [
    "what a checkpoint follows on",
    (log) => (entryOf(log, checkpointStream, 1).data["previous"] = "0".repeat(64)),
    `${checkpoint(1)} proves nothing: its signer did not sign it.`
  ],
  [
    "who signed a checkpoint",
    (log) => (entryOf(log, checkpointStream, 1).data["signerSince"] = 2),
    `${checkpoint(1)} proves nothing`
  ],
  [
    "how deep an event is",
    (log) => (entryOf(log, a, 3).data["x"] = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`)),
    "The history of this registration is larger than an export can be."
  ],
  [
    "a signer since itself",
    (log) => (entryOf(log, checkpointStream, 2).data["signerSince"] = 2),
    "The event at revision 2 of the stream certreg-checkpoints is unreadable."
  ],
  [
    "a signer",
    (log) =>
      (entryOf(log, checkpointStream, 2).data["signatures"] = {
        signer: (entryOf(log, checkpointStream, 2).data["signatures"] as { signer: string }).signer
      }),
    "The event at revision 2 of the stream certreg-checkpoints is unreadable."
  ],
  [
    "the first signer",
    (log) => (entryOf(log, logStream, 0).data["signer"] = "x"),
    `The event at revision 0 of the stream ${logStream} is unreadable.`
  ]
])("hands out nothing where somebody changed %s", async (_, tamper, says) => {
  const log = await exportableLog()
  tamper(log)
  expect((await why(log)).slice(0, says.length)).toBe(says)
})
