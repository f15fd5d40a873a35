import { describe, expect, it } from "vitest"
import { readCursor, writeCursor } from "../../../src/application/messages/feed-cursor.ts"

const logId = "0192f3c1-7f0e-7c11-9d53-3c7a1de0b1f4"
const written = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url")

describe("a cursor of the feed", () => {
  it.each([
    { logId, epoch: 0, position: 0 },
    { logId, epoch: 1_790_000_000, position: Number.MAX_SAFE_INTEGER }
  ])("is read as it was written: %j", (cursor) => {
    const text = writeCursor(cursor)
    expect(readCursor(text)).toEqual(cursor)
    expect(text).toMatch(/^[A-Za-z0-9_-]{1,100}$/)
  })

  it.each([
    ["empty", ""],
    ["a number", "48211"],
    ["JSON itself", JSON.stringify([logId, 0, 1])],
    ["cut", writeCursor({ logId, epoch: 0, position: 48211 }).slice(0, -3)],
    ["padded", `${writeCursor({ logId: "l", epoch: 0, position: 1 })}=`],
    ["followed by something", `${writeCursor({ logId, epoch: 0, position: 1 })}AA`],
    ["in other words", Buffer.from(`["${logId}", 0, 1]`).toString("base64url")],
    ["negative", written([logId, 0, -1])],
    ["of a negative epoch", written([logId, -1, 1])],
    ["a fraction", written([logId, 0, 1.5])],
    ["too large a number", written([logId, 0, 2 ** 60])],
    ["text for a number", written([logId, 0, "1"])],
    ["too short", written([logId, 0])],
    ["too long", written([logId, 0, 1, 2])],
    ["an object", written({ logId, epoch: 0, position: 1 })],
    ["very long", "A".repeat(100_000)]
  ])("is none: %s", (_, text) => {
    expect(readCursor(text)).toBeUndefined()
  })
})
