import { expect, it } from "vitest"
import { adviceOn } from "../../../src/adapters/kafka/advice.ts"

it.each([
  ["UNKNOWN_TOPIC_OR_PARTITION", "`certreg kafka create-topic`"],
  ["TOPIC_AUTHORIZATION_FAILED", "WRITE"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "NODE_EXTRA_CA_CERTS"]
])("says what somebody has to do about %s", (code, words) => {
  expect(adviceOn(code)).toContain(words)
})

it("says nothing of what passes by itself", () => {
  expect(adviceOn("NOT_LEADER_FOR_PARTITION")).toBeUndefined()
})
