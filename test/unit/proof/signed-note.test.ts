import { describe, expect, it } from "vitest"
import { isSignedBy, noteWith, parseNote } from "../../../src/application/proof/signed-note.ts"
import { signNote } from "../../support/sign-note.ts"
import { privateKeyOf, signingKey, signingKeyOf } from "../../support/signing-keys.ts"

/** The example of Go's package golang.org/x/mod/sumdb/note, whose format the specification describes. */
const text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
const [seed] = [Buffer.from("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz", "base64").subarray(1)]
const key = signingKeyOf(privateKeyOf(seed))
const signature = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
const note = `${text}\n— PeterNeumann ${signature}\n`
/** The same, as somebody else signed it too. */
const stranger = `— EnochRoot ${"rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ="}\n`

describe("a signed note", () => {
  it("is, byte by byte, what other tools write", () => {
    expect(signNote(text, "PeterNeumann", key)).toBe(note)
  })

  it("is read as other tools write it", () => {
    expect(parseNote(note)).toEqual({
      text,
      signatures: [
        {
          name: "PeterNeumann",
          keyHash: Buffer.from("c74f20a3", "hex"),
          signature: Buffer.from(signature, "base64").subarray(4)
        }
      ]
    })
    expect(parseNote(note + stranger)?.signatures.map(({ name }) => name)).toEqual(["PeterNeumann", "EnochRoot"])
  })

  it("is signed by its key, whoever else signed it", () => {
    expect(isSignedBy(note, key.publicKey)).toBe(true)
    expect(isSignedBy(`${text}\n${stranger}— PeterNeumann ${signature}\n`, key.publicKey)).toBe(true)
    expect(isSignedBy(note, signingKey(1).publicKey)).toBe(false)
    expect(isSignedBy(`${text}\n${stranger}`, key.publicKey)).toBe(false)
  })

  it("is not signed when its text, its name or its signature is another", () => {
    for (const other of [
      note.replace("problem is", "Problem is"),
      note.replace("PeterNeumann", "PeterNewmann"),
      note.replace("JnAM=", "JnAI="),
      `${text}\n${note}`
    ])
      expect(isSignedBy(other, key.publicKey)).toBe(false)
    expect(isSignedBy(note + note.slice(text.length + 1).replace("JnAM=", "JnAI="), key.publicKey)).toBe(false)
  })

  it.each([
    ["a private key's text", "not base64"],
    ["no key", ""],
    ["a key of another kind", Buffer.alloc(44).toString("base64")]
  ])("is signed by nobody who is no Ed25519 key: %s", (_, publicKey) => {
    expect(isSignedBy(note, publicKey)).toBe(false)
    expect(() => noteWith(text, "name", [{ publicKey, signature: Buffer.alloc(64) }])).toThrow(TypeError)
  })

  it.each([
    ["nothing", ""],
    ["no signature", `${text}\n`],
    ["no text", `\n— PeterNeumann ${signature}\n`],
    ["no empty line", note.replace("\n\n", "\n")],
    ["an end without a newline", note.slice(0, -1)],
    ["one more newline", `${note}\n`],
    ["CRLF", note.replaceAll("\n", "\r\n")],
    ["a tab", note.replace("you think", "you\tthink")],
    ["half a character", note.replace("you think", "you\ud800think")],
    ["another dash", note.replace("—", "-")],
    ["a name with a plus sign", note.replace("PeterNeumann", "Peter+Neumann")],
    ["a name with a space", note.replace("PeterNeumann", "Peter Neumann")],
    ["a name with a wide space", note.replace("PeterNeumann", "Peter\u00a0Neumann")],
    ["no name", note.replace(" PeterNeumann", "")],
    ["two spaces", note.replace("PeterNeumann ", "PeterNeumann  ")],
    ["base64 without padding", note.replace("=\n", "\n")],
    ["base64 with bits that are left over", note.replace("AM=", "AN=")],
    ["base64url", note.replaceAll("+", "-").replaceAll("/", "_")],
    ["a signature of no bytes", `${text}\n— PeterNeumann x08gow==\n`],
    ["a line that is none", `${note}PeterNeumann\n`],
    ["a million characters", `${"a".repeat(1_000_000)}${note}`]
  ])("is none with %s", (_, broken) => {
    expect(parseNote(broken)).toBeUndefined()
    expect(isSignedBy(broken, key.publicKey)).toBe(false)
  })
})
