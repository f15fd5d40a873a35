import { keyNameOf, readSignerText } from "../checkpoint-note.ts"
import { type Contradiction, contradiction, type Place } from "./contradiction.ts"
import { isSignatureOf, rawPublicKey } from "../ed25519.ts"
import type { RegistrationExport } from "./export-format.ts"
import { noteWith, parseNote } from "../signed-note.ts"

/** The prime of the field of Curve25519. */
const p = 2n ** 255n - 19n
const ofOrder8 = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n
const weak = new Set([0n, 1n, p - 1n, ofOrder8, p - ofOrder8])

/** Whether a text is an Ed25519 public key (base64 of its SPKI form), and not one of the few points for which anybody can sign. */
export const isTrustworthyKey = (publicKey: string): boolean => {
  const raw = rawPublicKey(publicKey)
  if (!raw) return false
  const y = BigInt.asUintN(255, BigInt(`0x${Buffer.from(raw).reverse().toString("hex")}`))
  return y < p && !weak.has(y)
}

/** The text of a note that these keys of a log signed, each once and in this order, and nobody else. */
export const textSignedBy = (note: string, logId: string, keys: ReadonlyArray<string>): string | undefined => {
  const { text, signatures } = parseNote(note) ?? { text: "", signatures: [] }
  if (signatures.length !== keys.length) return undefined
  const own = signatures.map(({ signature }, n) => ({ signature, publicKey: keys[n] ?? "" }))
  const isSigned = own.every(({ signature, publicKey }) => isSignatureOf(text, signature, publicKey))
  return isSigned && noteWith(text, keyNameOf(logId), own) === note ? text : undefined
}

/** All keys that signed for the log, in their order: each vouches for the next, and names the one before it. */
export const signersIn = ({
  logId,
  publicKey,
  signers: { first, changes }
}: RegistrationExport): ReadonlyArray<string> | Contradiction => {
  if (!isTrustworthyKey(first)) return contradiction({ in: "signers.first" }, "it is no key")
  const keys = [first]
  for (const [n, note] of changes.entries()) {
    const place: Place = { in: "signers.changes", n }
    const former = keys.at(-1) ?? first
    const change = readSignerText(parseNote(note)?.text ?? "")
    const isNext = change?.logId === logId && change.former === former && isTrustworthyKey(change.signer)
    if (!isNext || textSignedBy(note, logId, [former, change.signer]) === undefined)
      return contradiction(place, "the key before it and its own did not sign it")
    keys.push(change.signer)
  }
  return publicKey === keys.at(-1) ? keys : contradiction({ in: "publicKey" }, "it is not that of the last signer")
}
