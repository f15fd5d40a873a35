import { Effect } from "effect"
import type { Messages } from "../../src/application/ports/messages.ts"
import { ViewsUnavailable } from "../../src/application/ports/views.ts"
import type { Line } from "./line.ts"
import type { MemoryRows } from "./memory-views.ts"

/** The messages beside the rows of one process. */
export const memoryMessages = (kept: MemoryRows, line: Line): Messages["Service"] => {
  const read = <A>(operation: string, work: () => A) =>
    line.call(() =>
      line.faultOf("views") ? Effect.fail(new ViewsUnavailable({ operation, code: "SQLITE_IOERR" })) : Effect.sync(work)
    )
  const after = (position: number) => {
    const end = kept.blocked?.position ?? Number.POSITIVE_INFINITY
    return kept.messages.filter((message) => message.position > position && message.position < end)
  }
  const end = () => ({
    position: kept.position,
    epoch: kept.epoch,
    ...(kept.blocked ? { blocked: kept.blocked } : {})
  })
  return {
    read: (position, limit, tenant) =>
      read("messages", () => ({
        messages: after(position)
          .filter((message) => tenant === undefined || message.tenant === tenant)
          .slice(0, limit),
        end: end()
      })),
    end: read("messagesEnd", end),
    restoredAfter: (epoch) =>
      read("restoredAfter", () => kept.restores.find((restore) => restore.epoch > epoch)?.position),
    count: (position, most) => read("countMessages", () => Math.min(after(position).length, most))
  }
}
