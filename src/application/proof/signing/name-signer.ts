import { Effect } from "effect"
import { appendOwnEvent } from "../../history/append-own-event.ts"
import { checkpointStream } from "../../history/ids.ts"
import { refused } from "../../history/log-refused.ts"
import { Signer } from "../../ports/signer.ts"
import { signerText } from "../checkpoint-note.ts"
import { base64 } from "../ed25519.ts"
import type { Opened } from "../opened.ts"
import { readChainEnd } from "./chain-end.ts"

/**
 * The key that signs is the one that the log names; where it named one that signs no more, from now on another, and both say so. A key that
 * nobody vouches for refuses the start.
 */
export const nameSigner = Effect.fnUntraced(
  function* (owner: string, opened: Opened) {
    const { current, former } = yield* Signer
    const end = yield* readChainEnd(opened)
    if (end.signer === current.publicKey) return
    const before = former.find(({ publicKey }) => publicKey === end.signer)
    if (end.signer !== undefined && before === undefined) return yield* refused("otherSigner", end.signer)
    const change = { previous: end.previous, signer: current.publicKey }
    const text = signerText({ ...change, logId: opened.logId, former: before?.publicKey })
    const signatures = {
      ...(before ? { former: base64(before.sign(text)) } : {}),
      signer: base64(current.sign(text))
    }
    const since = end.signerSince === undefined ? {} : { signerSince: end.signerSince }
    const { tip, correlationId } = end
    yield* appendOwnEvent(
      owner,
      { stream: checkpointStream, tip, correlationId },
      { type: "SignerChanged", version: 1, data: { ...change, ...since, signatures } }
    )
  },
  Effect.catchTag("ChainBroken", ({ stream, revision, code }) =>
    Effect.fail(refused(code === "missing" ? "notWhole" : "unreadable", stream, revision))
  )
)
