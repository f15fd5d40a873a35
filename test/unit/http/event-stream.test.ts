import { EventEmitter } from "node:events"
import type { ServerResponse } from "node:http"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { openEventStream } from "../../../src/adapters/http/feed/event-stream.ts"
import { usualFeedLimits } from "../../../src/adapters/http/feed/feed-limits.ts"

/** An answer whose reader takes what he is told to. */
class FakeResponse extends EventEmitter {
  readonly written: Array<string> = []
  readonly socket = { writable: true, bytesWritten: 0, writableLength: 0, destroy: () => this.close() }
  readonly req = { socket: this.socket }
  destroyed = false
  writableEnded = false
  get writableLength() {
    return this.socket.writableLength
  }
  write(text: string) {
    this.written.push(text)
    this.socket.bytesWritten += text.length
    this.socket.writableLength += text.length
    return true
  }
  take(bytes = this.socket.writableLength) {
    this.socket.writableLength -= bytes
  }
  end() {
    this.writableEnded = true
  }
  close() {
    this.destroyed = true
    this.emit("close")
  }
}

const open = () => {
  const response = new FakeResponse()
  let at = 0
  const follower = { tenant: undefined, place: { epoch: 0, position: 0 }, isAllowed: () => true }
  const stream = openEventStream(response as unknown as ServerResponse, follower, {
    ...usualFeedLimits,
    now: () => at,
    messagesSent: () => {}
  })
  /** Looks after it for so many seconds. */
  const pass = (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      at += 1000
      stream.look()
    }
  }
  return { response, stream, pass }
}
const comments = ({ written }: FakeResponse) => written.join("").match(/^:$/gm)?.length

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe("an event stream", () => {
  it("has a comment at once and one every 15 seconds, while its reader takes them", () => {
    const { response, pass } = open()
    response.take()
    expect(comments(response)).toBe(1)
    for (const expected of [2, 3, 4]) {
      pass(15)
      expect(comments(response)).toBe(expected)
      response.take()
    }
  })

  it("ends two minutes after its reader took something, where something waits", () => {
    const { response, pass } = open()
    pass(119)
    response.take(1)
    pass(120)
    expect(response.destroyed).toBe(false)
    pass(1)
    expect(response.destroyed).toBe(true)
    // Nothing was added to what waits.
    expect(comments(response)).toBe(1)
  })

  it("stays open where nothing waits", () => {
    const { response, pass } = open()
    for (let minute = 0; minute < 10; minute++) {
      response.take()
      pass(60)
    }
    expect(response.destroyed).toBe(false)
  })

  it("is cut a second after its end for a reader who does not take that", () => {
    const { response, stream } = open()
    stream.end()
    expect([response.writableEnded, response.destroyed]).toEqual([true, false])
    vi.advanceTimersByTime(1000)
    expect(response.destroyed).toBe(true)
  })

  it("is not cut when its reader takes the end", () => {
    const { response, stream } = open()
    const destroy = vi.spyOn(response.socket, "destroy")
    stream.end()
    response.close()
    vi.advanceTimersByTime(2000)
    expect(destroy).not.toHaveBeenCalled()
    stream.end()
  })
})
