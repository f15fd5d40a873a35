import { describe, expect, it } from "vitest"
import { prefersEventStream } from "../../../src/adapters/http/request/media-types.ts"

describe("Accept", () => {
  it.each([
    "text/event-stream",
    "Text/Event-Stream",
    "text/event-stream; charset=utf-8",
    "text/event-stream;q=0.1",
    "text/event-stream, */*",
    "*/*, text/event-stream",
    "text/event-stream, application/*",
    "text/event-stream, application/json;q=0.9",
    "application/json ; q=0.5 , text/event-stream ; Q=0.8",
    "text/event-stream;q=0.5, */*;q=0.1",
    "text/html, text/event-stream, application/json;q=0",
    "text/event-stream, application/json;q=2"
  ])("%s asks for an event stream", (accept) => {
    expect(prefersEventStream(accept)).toBe(true)
  })

  it.each([
    undefined,
    "",
    "*/*",
    "text/*",
    "application/json",
    "application/json, text/event-stream",
    "text/event-stream;q=0.9, application/json",
    "text/event-stream;q=0.5, application/*;q=0.6",
    "text/event-stream;q=0.1, */*",
    "text/event-stream;q=0",
    "text/event-stream;q=much",
    "text/event-streams",
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "q=1;text/event-stream"
  ])("%s does not", (accept) => {
    expect(prefersEventStream(accept)).toBe(false)
  })
})
