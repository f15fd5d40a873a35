import { describe, expect, it } from "vitest"
import {
  checkpointText,
  firstPrevious,
  hashOfText,
  readCheckpointText,
  readSignerText,
  signerText
} from "../../../src/application/proof/checkpoint-note.ts"
import { signingKey } from "../../support/signing-keys.ts"

const logId = "0192f3a1-2b3c-7d4e-8f50-616263646566"
const checkpoint = { logId, previous: firstPrevious, count: 12, lastPosition: 40, root: "ab".repeat(32) }
const { publicKey } = signingKey(1)
const former = signingKey(2).publicKey
const change = { logId, previous: hashOfText("before"), former, signer: publicKey }

describe("the text of a checkpoint", () => {
  const text = `certreg checkpoint 1
log ${logId}
previous ${"0".repeat(64)}
count 12
last position 40
root ${"ab".repeat(32)}
`
  it("is this one, and is read again", () => {
    expect(checkpointText(checkpoint)).toBe(text)
    expect(readCheckpointText(text)).toEqual(checkpoint)
    const large = { ...checkpoint, lastPosition: 999_999_999_999_999 }
    expect(readCheckpointText(checkpointText(large))).toEqual(large)
  })

  it.each([
    ["of another version", text.replace("checkpoint 1", "checkpoint 2")],
    ["with a blank at a line's end", text.replace("count 12", "count 12 ")],
    ["with a count of none", text.replace("count 12", "count 0")],
    ["with a count that is spelt otherwise", text.replace("count 12", "count 012")],
    ["with a count below zero", text.replace("count 12", "count -12")],
    ["with a position of 16 digits", text.replace("position 40", "position 1000000000000000")],
    ["with a hash in capitals", text.replace("ab", "AB")],
    ["with a hash that is too short", text.replace("abab", "ab")],
    ["with another log's name", text.replace(logId, "log")],
    ["with lines in another order", text.replace(/(count.*\n)(last.*\n)/, "$2$1")],
    ["with one line more", `${text}count 13\n`],
    ["with one newline more", `${text}\n`],
    ["with something before it", `\n${text}`],
    ["without its end", text.slice(0, -1)],
    ["with CRLF", text.replaceAll("\n", "\r\n")],
    ["of a signer", signerText(change)]
  ])("is none %s", (_, other) => {
    expect(other).not.toBe(text)
    expect(readCheckpointText(other)).toBeUndefined()
  })
})

describe("the text of a change of signers", () => {
  const text = `certreg signer 1
log ${logId}
previous ${hashOfText("before")}
former ${former}
signer ${publicKey}
`
  it("is this one, and is read again", () => {
    expect(signerText(change)).toBe(text)
    expect(readSignerText(text)).toEqual(change)
  })

  it("names nobody before the first one", () => {
    const first = { ...change, former: undefined }
    expect(signerText(first)).toBe(text.replace(/former.*\n/, ""))
    expect(readSignerText(signerText(first))).toEqual(first)
  })

  it.each([
    ["with a key of another kind", text.replace(publicKey, publicKey.replace("MCow", "MCox"))],
    ["with a former key of another kind", text.replace(former, former.replace("MCow", "MCox"))],
    ["with half a key", text.replace(publicKey, publicKey.slice(0, 30))],
    ["with one newline more", `${text}\n`],
    ["of a checkpoint", checkpointText(checkpoint)]
  ])("is none %s", (_, other) => {
    expect(other).not.toBe(text)
    expect(readSignerText(other)).toBeUndefined()
  })
})
