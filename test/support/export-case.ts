import { hash } from "node:crypto"
import { Effect } from "effect"
import { canonicalJson } from "../../src/application/history/canonical-json.ts"
import { keyNameOf } from "../../src/application/proof/checkpoint-note.ts"
import type { RegistrationExport } from "../../src/application/proof/exporting/export-format.ts"
import { noteWith } from "../../src/application/proof/signed-note.ts"
import type { ExportableLog } from "./exportable-log.ts"
import { signingKey } from "./signing-keys.ts"

/** A file that a reader is given, the key that he trusts (base64), and what he is to say of it. */
export type ExportCase = {
  readonly name: string
  readonly bytes: Uint8Array
  readonly key: string | undefined
  readonly code: 0 | 1 | 2
  /** How his sentence begins. */
  readonly says: string
}

type Mutable<A> = A extends object ? { -readonly [K in keyof A]: Mutable<A[K]> } : A
/** An export that may be changed in any way. */
export type Forged = Mutable<RegistrationExport>

export const bytesOf = (file: unknown): Buffer => Buffer.from(`${canonicalJson(file)}\n`)
export const exportOf = async (log: ExportableLog): Promise<RegistrationExport> =>
  (await Effect.runPromise(log.export())).file

/** A copy that was changed. */
export const forged = (file: RegistrationExport, change: (copy: Forged) => unknown): Forged => {
  const copy = structuredClone(file) as Forged
  change(copy)
  return copy
}

/** Makes the hashes fit again from an event on, as far as they depend on nobody else. */
export const rehash = ({ events }: Forged, from = 0): void => {
  for (const [n, one] of events.entries()) {
    if (n < from) continue
    const before = events[n - 1]
    if (before) one.event.previousHash = before.hash
    one.hash = hash("sha256", canonicalJson(one.event))
  }
}

/** A note of a text that some keys signed, given by their numbers. */
export const noteBy = (logId: string, text: string, ...keys: ReadonlyArray<number>): string =>
  noteWith(
    text,
    keyNameOf(logId),
    keys.map(signingKey).map(({ publicKey, sign }) => ({ publicKey, signature: sign(text) }))
  )

export const textIn = (note: string): string => note.slice(0, note.indexOf("\n\n") + 1)

/** The members of a list, one of them replaced. */
export const at = <A>(list: ReadonlyArray<A>, n: number): A => {
  const found = list.at(n)
  if (found === undefined) throw new Error("There is none.")
  return found
}
