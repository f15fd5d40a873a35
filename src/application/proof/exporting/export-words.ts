import { pathOf } from "./contradiction.ts"
import type { RegistrationExport } from "./export-format.ts"
import type { ExportVerdict } from "./verify-export.ts"

const notProven = (revision: number) => `no checkpoint covers revision ${revision} and what follows.`

/** A sentence of what an export proves, and the exit code for it (docs/audit.md). */
export const wordsOf = (verdict: ExportVerdict): readonly [code: 0 | 1 | 2, sentence: string] => {
  switch (verdict._tag) {
    case "Proven":
      return [
        0,
        `Proven: ${verdict.events} events of registration ${verdict.registrationId}, vouched for by the given key.`
      ]
    case "SignerUnknown":
      return [2, "Consistent, signer unknown: give a key that you trust with --key."]
    case "NotCovered":
      return [2, `Not everything is proven: ${notProven(verdict.revision)}`]
    case "Contradiction":
      return [1, `Contradiction at ${pathOf(verdict.place)}: ${verdict.what}.`]
  }
}

/** What is said of an export that was made. */
export const wordsOfExport = (
  { events, registrationId }: RegistrationExport,
  uncoveredFrom: number | undefined
): string =>
  uncoveredFrom === undefined
    ? `Exported: ${events.length} events of registration ${registrationId}, all of them proven.`
    : `Exported, but not everything is proven: ${notProven(uncoveredFrom)} Export it again when the service has signed.`
