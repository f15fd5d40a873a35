import { Effect, Layer } from "effect"
import type { Message } from "../../application/ports/message.ts"
import { Messages, type MessagesEnd } from "../../application/ports/messages.ts"
import { snapshot } from "./generations.ts"
import { maxBytes } from "./pages.ts"
import { SqliteDatabase } from "./sqlite-database.ts"
import { readViews as read } from "./views-access.ts"

type Live = {
  readonly generation: number
  readonly hasMessages: number
  readonly position: number
  readonly epoch: number
  readonly blockedPosition: number | null
  readonly blockedStream: string
  readonly blockedRevision: number
}

export const sqliteMessagesLayer: Layer.Layer<Messages, never, SqliteDatabase> = Layer.effect(
  Messages,
  Effect.map(SqliteDatabase, ({ views }) => {
    const live = views.prepare(
      `SELECT generation, has_messages AS hasMessages, position, epoch, blocked_position AS blockedPosition,
         blocked_stream AS blockedStream, blocked_revision AS blockedRevision FROM generations NATURAL JOIN live`
    )
    const pages = (those: string) => {
      const source = `FROM messages ${those} AND generation = ?1 AND position > ?3`
      const sizes = views.prepare(`SELECT position, octet_length(json) ${source} ORDER BY position LIMIT ?4`)
      sizes.setReturnArrays(true)
      const upTo = views.prepare(
        `SELECT position, registration_id AS registrationId, tenant, json ${source} AND position <= ?4 ORDER BY position`
      )
      return { sizes, upTo }
    }
    const [ofAll, ofOne] = [pages("WHERE ?2 IS NULL"), pages("INDEXED BY messages_of_tenant WHERE tenant = ?2")]
    const counted = views.prepare(
      "SELECT count(*) AS n FROM (SELECT 1 FROM messages WHERE generation = ? AND position > ? AND position < ? LIMIT ?)"
    )
    const restored = views.prepare(
      "SELECT min(position) AS position FROM restores WHERE generation = (SELECT generation FROM live) AND epoch > ?"
    )
    const liveNow = () => live.get() as Live
    const before = ({ blockedPosition }: Live) => blockedPosition ?? Number.MAX_SAFE_INTEGER

    /** Where a page ends: before what blocks, and after the message with which it has so many bytes. */
    const endOfPage = (sizes: ReadonlyArray<readonly [position: number, size: number]>, blockedAt: number): number => {
      let upTo = 0
      let bytes = 0
      for (const [position, size] of sizes) {
        if (position >= blockedAt || bytes >= maxBytes) return upTo
        bytes += size
        upTo = position
      }
      return upTo
    }
    const pageOf = (now: Live, after: number, limit: number, tenant: string | undefined): ReadonlyArray<Message> => {
      if (!isWhole(now)) return []
      const { sizes, upTo } = tenant === undefined ? ofAll : ofOne
      const found = sizes.all(now.generation, tenant ?? null, after, limit)
      const last = endOfPage(found as unknown as ReadonlyArray<readonly [number, number]>, before(now))
      return upTo.all(now.generation, tenant ?? null, after, last).map((row) => ({ ...row }) as Message)
    }

    return {
      read: (after, limit, tenant) =>
        read("messages", () =>
          snapshot(views, () => {
            const now = liveNow()
            return { messages: pageOf(now, after, limit, tenant), end: endOf(now) }
          })
        ),
      end: read("messagesEnd", () => endOf(liveNow())),
      restoredAfter: (epoch) =>
        read("restoredAfter", () => (restored.get(epoch) as { position: number | null }).position ?? undefined),
      count: (after, most) =>
        read("countMessages", () =>
          snapshot(views, () => {
            const now = liveNow()
            return isWhole(now) ? (counted.get(now.generation, after, before(now), most) as { n: number }).n : 0
          })
        )
    }
  })
)

/** Whether they are there from the first one on. */
const isWhole = ({ hasMessages }: Live) => hasMessages === 1

const endOf = (now: Live): MessagesEnd => {
  const { position, epoch, blockedPosition, blockedStream: stream, blockedRevision: revision } = now
  return {
    position: isWhole(now) ? position : 0,
    epoch,
    ...(blockedPosition === null ? {} : { blocked: { position: blockedPosition, stream, revision } })
  }
}
