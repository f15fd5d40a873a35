import { type IncomingMessage, request } from "node:http"
import { onTestFinished } from "vitest"
import { eventually } from "./eventually.ts"

export type ServerEvent = { readonly id: string; readonly event: string; readonly data: string }

const fieldsOf = (block: string): ReadonlyArray<readonly [name: string, value: string]> =>
  block.split("\n").map((line) => {
    const colon = line.indexOf(":")
    return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, "")]
  })

export type Reading = {
  readonly events: ReadonlyArray<ServerEvent>
  /** Comments that came; each shows that the stream is alive. */
  readonly comments: () => number
  readonly response: IncomingMessage
  /** How it ended; undefined: it is open. */
  readonly ended: () => "whole" | "cut" | undefined
  /** The id of the last event that came whole. */
  readonly lastId: () => string | undefined
  readonly pause: () => void
  readonly resume: () => void
  /** Goes away. */
  readonly leave: () => void
  /** Waits for so many events. */
  readonly until: (count: number) => Promise<ReadonlyArray<ServerEvent>>
}

/** Reads an event stream on a connection of its own, as a client that follows the feed does. */
export const readEvents = async (
  url: string,
  headers: Readonly<Record<string, string>>,
  onEvent: (event: ServerEvent) => void = () => {}
): Promise<Reading> => {
  const asked = request(url, { headers: { accept: "text/event-stream", ...headers }, agent: false })
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    asked.once("response", resolve).once("error", reject).end()
  })
  const leave = () => void asked.destroy()
  onTestFinished(leave)
  const events: Array<ServerEvent> = []
  let comments = 0
  let ended: "whole" | "cut" | undefined
  let rest = ""
  response.setEncoding("utf8").on("data", (text: string) => {
    const blocks = (rest + text).split("\n\n")
    rest = blocks.pop() ?? ""
    for (const block of blocks) {
      const fields = fieldsOf(block)
      comments += fields.filter(([name]) => name === "").length
      const { id = "", event = "", data } = Object.fromEntries(fields)
      if (data === undefined) continue
      events.push({ id, event, data })
      onEvent({ id, event, data })
    }
  })
  response.on("error", () => {
    ended ??= "cut"
  })
  response.on("end", () => {
    ended ??= "whole"
  })
  return {
    events,
    comments: () => comments,
    response,
    ended: () => ended,
    lastId: () => events.at(-1)?.id,
    pause: () => void response.pause(),
    resume: () => void response.resume(),
    leave,
    until: async (count) => {
      await eventually(`${count} events`, () => events.length >= count || ended !== undefined)
      return events
    }
  }
}
