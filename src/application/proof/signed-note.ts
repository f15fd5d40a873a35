import { hash } from "node:crypto"
import { bytesOfBase64, isSignatureOf, rawPublicKey } from "./ed25519.ts"

/** `keyHash`: 4 bytes that name the key among those of one name. */
type NoteSignature = { readonly name: string; readonly keyHash: Buffer; readonly signature: Buffer }

type SignedNote = {
  /** What is signed; ends with a newline. */
  readonly text: string
  readonly signatures: ReadonlyArray<NoteSignature>
}

/** A signature that was made already. `publicKey`: base64 of its SPKI form. */
export type Signature = { readonly publicKey: string; readonly signature: Uint8Array }

const newline = 0x0a
const ed25519 = 0x01
const keyHashBytes = 4

const keyHashOf = (name: string, publicKey: string): Buffer | undefined => {
  const raw = rawPublicKey(publicKey)
  if (!raw) return undefined
  const named = Buffer.concat([Buffer.from(name), Buffer.from([newline, ed25519]), raw])
  return hash("sha256", named, "buffer").subarray(0, keyHashBytes)
}

/**
 * A signed note (C2SP signed-note) of a text, which ends with a newline, and the signatures that there are of it, all under one name, which has
 * neither spaces nor plus signs.
 */
export const noteWith = (text: string, name: string, signatures: ReadonlyArray<Signature>): string => {
  const lines = signatures.map(({ publicKey, signature }) => {
    const keyHash = keyHashOf(name, publicKey)
    if (!keyHash) throw new TypeError("The key is no Ed25519 key.")
    return `— ${name} ${Buffer.concat([keyHash, signature]).toString("base64")}\n`
  })
  return `${text}\n${lines.join("")}`
}

/** Longer ones are none: nobody has to hold what somebody sends. */
const longest = 1_000_000
/** All of ASCII below the space, but for the newline. */
const isControl = (code: number): boolean => code < 0x20 && code !== newline

/** The parts of a signed note, whoever signed it; undefined where a text is none to the letter (C2SP signed-note). */
export const parseNote = (note: string): SignedNote | undefined => {
  if (note.length > longest || !note.isWellFormed() || !note.endsWith("\n")) return undefined
  for (let at = 0; at < note.length; at++) if (isControl(note.charCodeAt(at))) return undefined
  const end = note.lastIndexOf("\n\n")
  if (end <= 0) return undefined
  const signatures = note
    .slice(end + 2, -1)
    .split("\n")
    .map(readLine)
  const isWhole = (signature: NoteSignature | undefined) => signature !== undefined
  return signatures.every(isWhole) ? { text: note.slice(0, end + 1), signatures } : undefined
}

const readLine = (line: string): NoteSignature | undefined => {
  const [, name, base64] = /^— ([^\s+]+) (\S+)$/u.exec(line) ?? []
  const bytes = name === undefined || base64 === undefined ? undefined : bytesOfBase64(base64)
  if (name === undefined || bytes === undefined || bytes.length <= keyHashBytes) return undefined
  return { name, keyHash: bytes.subarray(0, keyHashBytes), signature: bytes.subarray(keyHashBytes) }
}

/**
 * Whether a key signed a note (base64 of its SPKI form). Signatures of others do not count; of those that are said to be its own, each must be.
 */
export const isSignedBy = (note: string, publicKey: string): boolean => {
  const { text, signatures } = parseNote(note) ?? { text: "", signatures: [] }
  const own = signatures.filter(({ name, keyHash }) => keyHashOf(name, publicKey)?.equals(keyHash))
  return own.length > 0 && own.every(({ signature }) => isSignatureOf(text, signature, publicKey))
}

/** The text of a note that these keys signed under one name, each once and in this order, and nobody else. */
export const textSignedBy = (note: string, name: string, keys: ReadonlyArray<string>): string | undefined => {
  const { text, signatures } = parseNote(note) ?? { text: "", signatures: [] }
  if (signatures.length !== keys.length) return undefined
  const own = signatures.map(({ signature }, n) => ({ signature, publicKey: keys[n] ?? "" }))
  const isSigned = own.every(({ signature, publicKey }) => isSignatureOf(text, signature, publicKey))
  return isSigned && noteWith(text, name, own) === note ? text : undefined
}
