import { hash } from "node:crypto"
import { expect, it } from "vitest"
import { flawOf } from "../../../src/application/history/event-flaw.ts"

it.for(["x", "null", "[]", '"text"'])(
  "bytes that are no event, with the hash of just these (%s), are a flaw",
  (bytes) => {
    expect(flawOf({ position: 2, stream: "s", revision: 0, bytes, hash: hash("sha256", bytes) } as never)).toBeDefined()
  }
)
