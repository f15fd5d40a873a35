import { Effect } from "effect"
import { canonicalJson } from "../history/canonical-json.ts"
import { registrationOf } from "../history/ids.ts"
import type { StoredEvent } from "../ports/event-store.ts"
import { Signer } from "../ports/signer.ts"
import type { Receipt } from "../ports/tombstones.ts"

/** Of its history as it is stored, nothing of it decoded; `erased`: its `PersonalDataErased`. */
export const erasedBy = (history: ReadonlyArray<StoredEvent>, erased: StoredEvent): string => {
  if (erased.actor.kind === "client") return erased.actor.id
  const asked = history.findLast(({ type, revision }) => type === "ErasureRequested" && revision < erased.revision)
  return asked?.actor.id ?? "process"
}

/** Signs that the personal data of a registration is erased. */
export const signReceipt = Effect.fnUntraced(function* (
  history: ReadonlyArray<StoredEvent>,
  erased: StoredEvent,
  keyFingerprint: string | undefined
) {
  const { current } = yield* Signer
  const content = {
    registrationId: registrationOf(erased.stream) ?? "",
    erasedAt: erased.recordedAt,
    erasedBy: erasedBy(history, erased),
    ...(keyFingerprint === undefined ? {} : { keyFingerprint }),
    eventHash: erased.hash
  }
  const signature = Buffer.from(current.sign(canonicalJson(content))).toString("base64url")
  const receipt: Receipt = { ...content, signature, publicKey: current.publicKey }
  return receipt
})
