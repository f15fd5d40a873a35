import { describe, expect, it } from "vitest"
import { pieceOf } from "../../../src/adapters/http/feed/event-text.ts"
import { readCursor } from "../../../src/application/messages/feed-cursor.ts"
import { messageAt, messagesFrom } from "../../support/feed.ts"

const end = { epoch: 3, position: 900 }

describe("messages as Server-Sent Events", () => {
  it("have their cursor as id, their type as event, and their JSON to the letter as data", () => {
    const message = messageAt(7)
    const { bytes, count, upTo } = pieceOf([message], end, "log")
    const [, id = ""] = /^id: (\S+)\n/.exec(bytes.toString()) ?? []
    expect(readCursor(id)).toEqual({ logId: "log", epoch: 3, position: 7 })
    expect(bytes.toString()).toBe(`id: ${id}\nevent: certreg.registration.requested.v1\ndata: ${message.json}\n\n`)
    expect([count, upTo]).toEqual([1, end])
  })

  it("are nothing, and lead to the end, where there are none", () => {
    expect(pieceOf([], end, "log")).toEqual({ bytes: Buffer.alloc(0), count: 0, upTo: end })
  })

  it("stop where a piece is full, and lead there only", () => {
    const messages = messagesFrom(1, 100, "north", "x".repeat(5000))
    const { bytes, count, upTo } = pieceOf(messages, end, "log")
    expect(bytes.length).toBeLessThan(80_000)
    expect(count).toBeGreaterThan(5)
    expect(upTo).toEqual({ epoch: 3, position: count })
  })

  it("are at least one, however large", () => {
    const { count, upTo } = pieceOf(messagesFrom(1, 2, "north", "x".repeat(200_000)), end, "log")
    expect([count, upTo.position]).toEqual([1, 1])
  })
})
