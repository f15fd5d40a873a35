import {
  checkpointText,
  keyNameOf,
  readCheckpointText,
  signerText
} from "../../src/application/proof/checkpoint-note.ts"
import type { RegistrationExport } from "../../src/application/proof/exporting/export-format.ts"
import { noteWith } from "../../src/application/proof/signed-note.ts"
import { at, bytesOf, type ExportCase, type Forged, forged, noteBy, textIn } from "./export-case.ts"
import { signingKey } from "./signing-keys.ts"

/** The order of the group that Ed25519 signs in: what is added to S makes another signature of the same text, which RFC 8032 refuses. */
const order = 2n ** 252n + 27742317777372353535851937790883648493n
const stranger = 9

const spki = (raw: string) => Buffer.from(`302a300506032b6570032100${raw}`, "hex").toString("base64")
/** Points of small order, and other spellings of them. */
const weak: Readonly<Record<string, string>> = {
  "of order 1": `01${"00".repeat(31)}`,
  "of order 1, its sign set": `01${"00".repeat(30)}80`,
  "of order 2": `ec${"ff".repeat(30)}7f`,
  "of order 4": "00".repeat(32),
  "of order 8": "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "of order 8, another one": "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "of order 1, spelt otherwise": `ee${"ff".repeat(30)}7f`,
  "of order 4, spelt otherwise": `ed${"ff".repeat(31)}`
}
/** Holds for every text under the key of order 1: R is that point, S is 0. */
const forAnyText = Buffer.from(`01${"00".repeat(63)}`, "hex")
export const weakKeys: ReadonlyArray<string> = Object.values(weak).map(spki)

const malleable = (note: string): string =>
  note.replace(/(\S+)\n$/, (_, base64: string) => {
    const bytes = Buffer.from(base64, "base64")
    const s = BigInt(`0x${Buffer.from(bytes.subarray(36)).reverse().toString("hex")}`) + order
    bytes.set(Buffer.from(s.toString(16).padStart(64, "0"), "hex").reverse(), 36)
    return `${bytes.toString("base64")}\n`
  })

/** Keys that vouch for nobody, and notes that their signers did not write so. The last checkpoint is signed by key 2, the others by key 1. */
export const forgedNotes = (file: RegistrationExport, ofAnotherLog: RegistrationExport): ReadonlyArray<ExportCase> => {
  const { logId } = file
  const change = at(file.signers.changes, 0)
  const last = file.checkpoints.length - 1
  const note = at(file.checkpoints, last).note
  const text = textIn(note)
  const said = readCheckpointText(text)
  if (!said) throw new Error("It is none.")
  const signed = (other: Partial<typeof said>, ...keys: ReadonlyArray<number>) =>
    noteBy(logId, checkpointText({ ...said, ...other }), ...keys)
  const withNote = (forgery: string) => (copy: Forged) => {
    at(copy.checkpoints, last).note = forgery
  }
  const taken = (former: number, signer: number, ...by: ReadonlyArray<number>) => {
    const [one, other] = [signingKey(former).publicKey, signingKey(signer).publicKey]
    return noteBy(logId, signerText({ logId, previous: said.previous, former: one, signer: other }), ...by)
  }
  const weakText = signerText({ logId, previous: said.previous, former: file.signers.first, signer: at(weakKeys, 0) })
  const lineOf = (one: string) => one.slice(one.indexOf("— "))

  const place = `file.checkpoints[${last}]: its signer did not sign it`
  const notes: Readonly<Record<string, string>> = {
    "no note": "",
    "another count": note.replace(/count \d+/, "count 4"),
    "another root": note.replace(/root ../, (digits) => (digits === "root 00" ? "root 11" : "root 00")),
    "another previous": note.replace(/previous ../, (digits) =>
      digits === "previous 00" ? "previous 11" : "previous 00"
    ),
    "another last position": note.replace(/last position \d+/, "last position 999999"),
    "a line more": note.replace("\n\n", "\nroot 00\n\n"),
    "an empty line more": note.replace("\n\n", "\n\n\n"),
    "two lines in another order": note.replace(/(count \d+\n)(last position \d+\n)/, "$2$1"),
    "another title": note.replace("checkpoint 1", "checkpoint 2"),
    "other line ends": note.replaceAll("\n", "\r\n"),
    "a space at a line's end": note.replace("\nroot", " \nroot"),
    "a count with a zero before it": signed({ count: `0${said.count}` as unknown as number }, 2),
    "a count of nothing": signed({ count: 0 }, 2),
    "a last position of 16 digits": signed({ lastPosition: 1e15 }, 2),
    "no signature": text,
    "no signature, after its empty line": `${text}\n`,
    "the signature of another note": `${text}\n${lineOf(at(file.checkpoints, 0).note)}`,
    "the signature of a stranger": noteBy(logId, text, stranger),
    "the signature of the former signer": noteBy(logId, text, 1),
    "the signature of a stranger as well": noteBy(logId, text, 2, stranger),
    "the signature of the former signer as well": noteBy(logId, text, 1, 2),
    "its signature twice": noteBy(logId, text, 2, 2),
    "something behind its signature": `${note}x`,
    "its signature without a newline": note.trimEnd(),
    "another spelling of its signature": malleable(note),
    "a signature that is cut short": note.replace(/....\n$/, "\n"),
    "a signature without padding": note.replace(/=\n$/, "\n"),
    "other bits in the padding": note.replace(
      /(.)=\n$/,
      (_, last: string) => `${String.fromCharCode(last.charCodeAt(0) + 1)}=\n`
    ),
    "another key hash": note.replace(
      /(— \S+ )./,
      (_, before: string) => `${before}${note.includes(`${before}A`) ? "B" : "A"}`
    ),
    "a hyphen for a dash": note.replace("— ", "- "),
    "another key name": note.replace(`— certreg/${logId}`, "— certreg/x"),
    "the checkpoint of another log": at(ofAnotherLog.checkpoints, last).note,
    "that of another log under this one's name": noteBy(logId, textIn(at(ofAnotherLog.checkpoints, last).note), 2)
  }
  const changes: Readonly<Record<string, string>> = {
    "which the former key did not sign": taken(1, 2, 2),
    "which the new key did not sign": taken(1, 2, 1),
    "signed in another order": taken(1, 2, 2, 1),
    "which a stranger signed for the former": taken(1, 2, stranger, 2),
    "which names a stranger as the former": taken(stranger, 2, stranger, 2),
    "which a stranger signed as well": taken(1, 2, 1, 2, stranger),
    "which names no former key": change.replace(/former .*\n/, ""),
    "to a key of small order, for which anybody signs": noteWith(weakText, keyNameOf(logId), [
      { publicKey: file.signers.first, signature: signingKey(1).sign(weakText) },
      { publicKey: at(weakKeys, 0), signature: forAnyText }
    ]),
    "which names a stranger as the former, and which the former key signed": taken(stranger, 2, 1, 2),
    "of another log": at(ofAnotherLog.signers.changes, 0),
    "of another log under this one's name": noteBy(logId, textIn(at(ofAnotherLog.signers.changes, 0)), 1, 2)
  }
  const one = (name: string, where: string, make: (copy: Forged) => void): ExportCase => ({
    name,
    bytes: bytesOf(forged(file, make)),
    key: file.publicKey,
    code: 1,
    says: `Contradiction at ${where}`
  })
  const notSigned = "the key before it and its own did not sign it"
  return [
    ...Object.entries(notes).map(([name, forgery]) => one(`a checkpoint with ${name}`, place, withNote(forgery))),
    ...Object.entries(changes).map(([name, forgery]) =>
      one(`a change ${name}`, `file.signers.changes[0]: ${notSigned}`, ({ signers }) => {
        signers.changes[0] = forgery
      })
    ),
    ...Object.entries(weak).map(([name, raw]) =>
      one(`a first key ${name}`, "file.signers.first: it is no key", ({ signers }) => {
        signers.first = spki(raw)
      })
    ),
    one("a first key of another kind", "file.signers.first: it is no key", ({ signers }) => {
      signers.first = Buffer.from(`302a300506032b656e032100${"01".repeat(32)}`, "hex").toString("base64")
    }),
    one("a stranger as the first key", `file.signers.changes[0]: ${notSigned}`, ({ signers }) => {
      signers.first = signingKey(stranger).publicKey
    }),
    one("the signers the other way round", `file.signers.changes[0]: ${notSigned}`, (copy) => {
      ;[copy.signers.first, copy.publicKey] = [copy.publicKey, copy.signers.first]
    }),
    one("a change twice", `file.signers.changes[1]: ${notSigned}`, ({ signers }) => signers.changes.push(change)),
    one("a stranger after the last signer", `file.signers.changes[1]: ${notSigned}`, (copy) => {
      copy.signers.changes.push(taken(2, stranger, stranger, stranger))
      copy.publicKey = signingKey(stranger).publicKey
    }),
    one("without the change", "file.publicKey: it is not that of the last signer", (copy) => {
      copy.signers.changes = []
    }),
    one("without the change, and the first as the last", place, (copy) => {
      copy.signers.changes = []
      copy.publicKey = copy.signers.first
    }),
    one("a stranger as the last signer", "file.publicKey: it is not that of the last signer", (copy) => {
      copy.publicKey = signingKey(stranger).publicKey
    }),
    one("a checkpoint by the key before", place, ({ checkpoints }) => {
      at(checkpoints, last).signer = 0
    }),
    one("a checkpoint by nobody", place, ({ checkpoints }) => {
      at(checkpoints, last).signer = 2
    }),
    one(
      "a checkpoint by the former key after the change",
      "file.checkpoints[2]: it does not follow",
      ({ checkpoints }) => {
        at(checkpoints, 1).signer = 1
        at(checkpoints, 1).note = noteBy(logId, textIn(at(checkpoints, 1).note), 2)
        at(checkpoints, 2).signer = 0
        at(checkpoints, 2).note = noteBy(logId, text, 1)
      }
    ),
    one("checkpoints in another order", "file.checkpoints[1]: it does not follow", ({ checkpoints }) => {
      checkpoints.unshift(...checkpoints.splice(1, 1))
    }),
    one("a checkpoint twice", "file.checkpoints[3]: it does not follow", ({ checkpoints }) => {
      checkpoints.push(at(checkpoints, last))
    })
  ]
}
