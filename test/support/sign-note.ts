import type { SigningKey } from "../../src/application/ports/signer.ts"
import { noteWith } from "../../src/application/proof/signed-note.ts"

/** The signed note of a text that one key signs. */
export const signNote = (text: string, name: string, key: SigningKey): string =>
  noteWith(text, name, [{ publicKey: key.publicKey, signature: key.sign(text) }])
