import { describe, expect, it } from "vitest"
import { callFailed } from "../../../src/adapters/eventstoredb/call-failed.ts"

describe("an error of the client", () => {
  it.each<[unknown, string, string]>([
    [{ type: "wrong-expected-version" }, "conflict", "wrong_expected_version"],
    [{ type: "wrong-expected-version", code: 9 }, "conflict", "wrong_expected_version"],
    [{ type: "stream-deleted", code: 9 }, "refused", "stream_deleted"],
    [{ type: "stream-not-found" }, "refused", "stream_not_found"],
    [{ type: "maximum-append-size-exceeded", code: 3 }, "refused", "maximum_append_size_exceeded"],
    [{ type: "access-denied", code: 16 }, "refused", "access_denied"],
    [{ type: "unknown", code: 7 }, "refused", "permission_denied"],
    [{ type: "unknown", code: 3 }, "refused", "invalid_argument"],
    [{ type: "unavailable", code: 14 }, "unknown", "unavailable"],
    // While nobody listens it has no type.
    [Object.assign(new Error("14 UNAVAILABLE: canary"), { code: 14, details: "canary" }), "unknown", "unavailable"],
    [{ type: "timeout", code: 10 }, "unknown", "aborted"],
    [{ type: "deadline-exceeded", code: 4 }, "unknown", "deadline_exceeded"],
    [{ type: "cancelled", code: 1 }, "unknown", "cancelled"],
    [{ type: "unknown", code: 2 }, "unknown", "unknown"],
    [{ type: "unknown", code: 13 }, "unknown", "internal"],
    [{ type: "not-leader", code: 5 }, "unknown", "not_leader"],
    [Object.assign(new Error("canary"), { code: "ECONNREFUSED" }), "unknown", "ECONNREFUSED"],
    [new Error("Failed to discover after 10 attempts: canary"), "unknown", "no_node_found"],
    [new TypeError("undefined is not iterable"), "unknown", "unknown"],
    ["canary", "unknown", "unknown"],
    [undefined, "unknown", "unknown"]
  ])("%o is told in a word: %s %s", (error, outcome, code) => {
    expect(callFailed(error)).toEqual({ outcome, code })
  })
})
