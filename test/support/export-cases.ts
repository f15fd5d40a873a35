import { at, bytesOf, type ExportCase, exportOf, forged, rehash } from "./export-case.ts"
import { ExportableLog, exportableLog, otherId, registrationId } from "./exportable-log.ts"
import { forgedEvents } from "./forged-events.ts"
import { forgedJson } from "./forged-json.ts"
import { forgedNotes } from "./forged-notes.ts"
import { signingKey } from "./signing-keys.ts"

const proven = (count: number) =>
  `Proven: ${count} events of registration ${registrationId}, vouched for by the given key.`
const unknown = "Consistent, signer unknown: give a key that you trust with --key."
const notSigner = "Contradiction at the given key: it is none of those that sign here."
const open = "Not everything is proven: no checkpoint covers revision"

/** A log of one that has no such keys, and makes everything else like the real one. */
const strangersLog = async () => {
  const log = new ExportableLog(undefined, false)
  await log.nameSigner(9)
  log.goOn(registrationId, 7)
  await log.sign()
  return exportOf(log)
}

/** A log that was opened before anything was signed. */
const logOfBefore = async () => {
  const log = new ExportableLog(undefined, false)
  log.goOn(registrationId, 4)
  await log.nameSigner(1)
  await log.sign()
  await log.nameSigner(2)
  log.goOn(registrationId, 3)
  await log.sign()
  return exportOf(log)
}

/** Exports that are good, and all that somebody could make of one: every reader says the same of each. */
export const exportCases = async (): Promise<ReadonlyArray<ExportCase>> => {
  const log = await exportableLog()
  const [good, uncovered] = [await exportOf(log), await exportOf(await exportableLog({ isCovered: false }))]
  const other = await exportOf(Object.assign(log, { export: () => ExportableLog.prototype.export.call(log, otherId) }))
  const ofAnotherLog = await exportOf(await exportableLog({ logId: "01939d5e-0000-7000-8000-0000000000a1" }))
  const { publicKey } = good
  const { first } = good.signers
  const [strangers, before] = [await strangersLog(), await logOfBefore()]
  const one = (name: string, file: unknown, key: string | undefined, code: 0 | 1 | 2, says: string): ExportCase => ({
    name,
    bytes: bytesOf(file),
    key,
    code,
    says
  })
  return [
    one("a good one, and the last signer", good, publicKey, 0, proven(7)),
    one("a good one, and the first signer", good, first, 0, proven(7)),
    one("a good one, and no key", good, undefined, 2, unknown),
    one("a good one, and a stranger's key", good, signingKey(9).publicKey, 1, notSigner),
    one("one of a log of before", before, before.publicKey, 0, proven(7)),
    one(
      "one that ends before the last events",
      forged(good, ({ events }) => events.pop()),
      publicKey,
      0,
      proven(6)
    ),
    one("one with an event that is not covered", uncovered, publicKey, 2, `${open} 7 and`),
    one("one with an event that is not covered, and no key", uncovered, undefined, 2, `${open} 7 and`),
    one(
      "one with an event that is not covered, and a stranger's key",
      uncovered,
      signingKey(9).publicKey,
      1,
      notSigner
    ),
    one(
      "one whose event that is not covered was changed",
      forged(uncovered, (copy) => {
        at(copy.events, 7).event.type = "Rejected"
        rehash(copy, 7)
      }),
      publicKey,
      2,
      `${open} 7 and`
    ),
    one("a stranger's", strangers, undefined, 2, unknown),
    one("a stranger's, and the real key", strangers, publicKey, 1, notSigner),
    ...forgedJson(good),
    ...forgedNotes(good, ofAnotherLog),
    ...forgedEvents(good, other)
  ]
}
