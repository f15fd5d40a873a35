import { describe, expect, it } from "vitest"
import {
  type CheckpointEvent,
  isSigned,
  noteOf,
  readCheckpointEvent,
  textOf
} from "../../../src/application/proof/checkpoint-event.ts"
import { firstPrevious } from "../../../src/application/proof/checkpoint-note.ts"
import { isSignedBy, parseNote } from "../../../src/application/proof/signed-note.ts"
import { signingKey } from "../../support/signing-keys.ts"

const logId = "0192f3a1-2b3c-7d4e-8f50-616263646566"
const [one, two] = [signingKey(1), signingKey(2)]
const unsigned = Buffer.alloc(64).toString("base64")
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64")

const fields = { previous: firstPrevious, count: 3, lastPosition: 7, root: "cd".repeat(32) }
const checkpointText = textOf({ _tag: "CheckpointSigned", ...fields, signature: unsigned }, logId, one.publicKey)
const checkpoint = { ...fields, signature: base64(one.sign(checkpointText)) }

const changed = { previous: firstPrevious, signer: two.publicKey }
const changeText = textOf({ _tag: "SignerChanged", ...changed, signatures: { signer: unsigned } }, logId, one.publicKey)
const signatures = { former: base64(one.sign(changeText)), signer: base64(two.sign(changeText)) }

const read = (type: string, data: object, version = 1) =>
  readCheckpointEvent({ type, version, data: data as { readonly [key: string]: unknown } })
const readWhole = (type: string, data: object): CheckpointEvent => {
  const event = read(type, data)
  if (!event) throw new Error("it is not read")
  return event
}

describe("a stored checkpoint", () => {
  it("is read, is signed by its signer alone, and comes to a signed note", () => {
    const event = readWhole("CheckpointSigned", { ...checkpoint, signerSince: 2 })
    expect(event).toEqual({ _tag: "CheckpointSigned", ...checkpoint, signerSince: 2 })
    expect(isSigned(event, logId, one.publicKey)).toBe(true)
    expect(isSigned(event, logId, two.publicKey)).toBe(false)
    expect(isSigned(event, logId, undefined)).toBe(false)
    expect(isSigned(event, logId.replace("0192", "0193"), one.publicKey)).toBe(false)
    expect(noteOf(event, logId, undefined)).toBeUndefined()
    const note = noteOf(event, logId, one.publicKey) ?? ""
    expect(parseNote(note)?.text).toBe(checkpointText)
    expect(parseNote(note)?.signatures.map(({ name }) => name)).toEqual([`certreg/${logId}`])
    expect(isSignedBy(note, one.publicKey)).toBe(true)
  })

  it.each([
    ["of a later version", checkpoint, 2],
    ["that covers nothing", { ...checkpoint, count: 0 }],
    ["with half a position", { ...checkpoint, lastPosition: 7.5 }],
    ["with a hash in capitals", { ...checkpoint, root: "CD".repeat(32) }],
    ["with a hash and a newline", { ...checkpoint, root: `${checkpoint.root}\n` }],
    ["without a signature", fields],
    ["with a signature that is too short", { ...checkpoint, signature: "AAAA" }],
    ["with a signature that is spelt otherwise", { ...checkpoint, signature: checkpoint.signature.slice(0, -2) }],
    ["with a signer since before the first", { ...checkpoint, signerSince: -1 }],
    ["with a member that nobody knows", { ...checkpoint, more: 1 }],
    ["with a name in its data", { ...checkpoint, _tag: "SignerChanged" }]
  ] as const)("%s is not read", (_, data, version?: number) => {
    expect(read("CheckpointSigned", data, version)).toBeUndefined()
  })
})

describe("a stored change of signers", () => {
  it("is signed by both, each of whom the note shows", () => {
    const event = readWhole("SignerChanged", { ...changed, signatures })
    expect(isSigned(event, logId, one.publicKey)).toBe(true)
    const note = noteOf(event, logId, one.publicKey) ?? ""
    expect([one, two].map(({ publicKey }) => isSignedBy(note, publicKey))).toEqual([true, true])
  })

  it("is not signed with one of them missing, or another one in its place", () => {
    const without = readWhole("SignerChanged", { ...changed, signatures: { signer: signatures.signer } })
    expect(isSigned(without, logId, one.publicKey)).toBe(false)
    // What it signed names the former one.
    expect(isSigned(without, logId, undefined)).toBe(false)
    const event = readWhole("SignerChanged", { ...changed, signatures })
    for (const former of [undefined, two.publicKey, signingKey(3).publicKey])
      expect(isSigned(event, logId, former)).toBe(false)
    for (const forged of [
      { ...signatures, former: signatures.signer },
      { ...signatures, signer: signatures.former }
    ])
      expect(isSigned(readWhole("SignerChanged", { ...changed, signatures: forged }), logId, one.publicKey)).toBe(false)
  })

  it("is signed by one alone where there was nobody before", () => {
    const text = textOf({ _tag: "SignerChanged", ...changed, signatures: { signer: unsigned } }, logId, undefined)
    const event = readWhole("SignerChanged", { ...changed, signatures: { signer: base64(two.sign(text)) } })
    expect(isSigned(event, logId, undefined)).toBe(true)
    expect(isSigned(event, logId, one.publicKey)).toBe(false)
    expect(isSignedBy(noteOf(event, logId, undefined) ?? "", two.publicKey)).toBe(true)
  })

  it.each([
    ["without the signature of the new one", { ...changed, signatures: { former: signatures.former } }],
    ["with a key of another kind", { ...changed, signer: Buffer.alloc(44).toString("base64"), signatures }],
    ["with one signature more", { ...changed, signatures: { ...signatures, third: signatures.signer } }]
  ])("%s is not read", (_, data) => {
    expect(read("SignerChanged", data)).toBeUndefined()
  })
})

it("any other event is none", () => {
  expect(read("LogOpened", checkpoint)).toBeUndefined()
})
