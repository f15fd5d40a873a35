import { Result } from "effect"
import { keyNameOf, readSignerText } from "../checkpoint-note.ts"
import { isTrustworthyKey } from "../ed25519.ts"
import { parseNote, textSignedBy } from "../signed-note.ts"
import { type Contradiction, contradiction, type Place } from "./contradiction.ts"
import type { RegistrationExport } from "./export-format.ts"

/** All keys that signed for the log, in their order: each vouches for the next, and names the one before it. */
export const signersIn = ({
  logId,
  publicKey,
  signers: { first, changes }
}: RegistrationExport): Result.Result<ReadonlyArray<string>, Contradiction> => {
  const wrong = (place: Place, what: string) => Result.fail(contradiction(place, what))
  if (!isTrustworthyKey(first)) return wrong({ in: "signers.first" }, "it is no key")
  const keys = [first]
  for (const [n, note] of changes.entries()) {
    const former = keys.at(-1) ?? first
    const change = readSignerText(parseNote(note)?.text ?? "")
    const isNext = change?.logId === logId && change.former === former && isTrustworthyKey(change.signer)
    if (!isNext || textSignedBy(note, keyNameOf(logId), [former, change.signer]) === undefined)
      return wrong({ in: "signers.changes", n }, "the key before it and its own did not sign it")
    keys.push(change.signer)
  }
  return publicKey === keys.at(-1)
    ? Result.succeed(keys)
    : wrong({ in: "publicKey" }, "it is not that of the last signer")
}
