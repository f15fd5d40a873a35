import { Effect } from "effect"
import type { OperatorRequest, Report } from "../ports/operator-requests.ts"
import type { makeRebuilds } from "../projecting/rebuilds.ts"
import { signNow } from "../proof/signing/sign-now.ts"
import { acceptTopic, republish } from "../publishing/republish.ts"
import { rewrapKeys } from "./rewrap-keys.ts"
import { withoutKafka } from "./without-kafka.ts"

const refused: Report = { state: "refused", text: withoutKafka(" where the service was started") }

/** Does what an operator asks for. `topic`: where messages go to, if they do. */
export const handleRequest = ({ onRequest }: Effect.Success<typeof makeRebuilds>, topic: string | undefined) =>
  Effect.fnUntraced(function* (request: OperatorRequest, tell: (report: Report) => Effect.Effect<void>) {
    switch (request._tag) {
      case "RebuildViews":
        return yield* onRequest(tell)
      case "Republish":
        return topic === undefined ? refused : yield* republish(topic, request.from)
      case "AcceptTopic":
        return topic === undefined ? refused : yield* acceptTopic(topic)
      case "RewrapKeys":
        return yield* rewrapKeys(tell)
      case "SignCheckpoint":
        return yield* signNow
    }
  })
