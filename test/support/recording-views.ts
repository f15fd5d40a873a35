import { Effect } from "effect"
import type { Message } from "../../src/application/ports/message.ts"
import type { Row, SavedPage, Views } from "../../src/application/ports/views.ts"

/** Rows that are saved, and the pages as they came. What no projection asks for is not there. */
export const recordingViews = () => {
  const pages: Array<SavedPage> = []
  const rows = new Map<string, Row>()
  const views: Pick<Views["Service"], "epoch" | "position" | "rows" | "save"> = {
    epoch: Effect.sync(() => pages.at(-1)?.epoch ?? 0),
    position: Effect.sync(() => pages.at(-1)?.position ?? 0),
    rows: (ids) => Effect.sync(() => new Map(ids.flatMap((id) => (rows.has(id) ? [[id, rows.get(id) as Row]] : [])))),
    save: (page) =>
      Effect.sync(() => {
        pages.push(page)
        for (const row of page.rows) rows.set(row.id, row)
      })
  }
  const messages = (): ReadonlyArray<Message> => pages.flatMap((page) => page.messages)
  return { views: views as Views["Service"], pages, rows, messages }
}

/** What a message says: type, registration and state. */
export const saidBy = ({ json }: Pick<Message, "json">): string => {
  const { type, subject, data } = JSON.parse(json)
  return `${type.split(".")[2]} ${subject} ${data.state}`
}
