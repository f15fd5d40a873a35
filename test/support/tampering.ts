import { hash } from "node:crypto"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { canonicalJson } from "../../src/application/history/canonical-json.ts"
import { firstPreviousHash } from "../../src/application/history/chain.ts"

type Content = { readonly data: Record<string, unknown> } & Record<string, unknown>
type Row = { readonly position: number; readonly stream: number; readonly bytes: string; readonly hash: string }

/** What somebody does by hand to the log of a service that is down. */
export const makeTampering = (log: DatabaseSync) => {
  const idOf = (stream: string) =>
    (log.prepare("SELECT id FROM streams WHERE name = ?").get(stream) as { id: number }).id
  const row = (stream: string, revision: number) =>
    log.prepare("SELECT * FROM events WHERE stream = ? AND revision = ?").get(idOf(stream), revision) as Row | undefined
  const rowOf = (stream: string, revision: number): Row => {
    const found = row(stream, revision)
    if (found === undefined) throw new Error(`no event at revision ${revision} of ${stream}`)
    return found
  }
  const positionOf = (stream: string, revision: number): number => rowOf(stream, revision).position

  /** Writes an event anew, with a hash that fits it. */
  const rewrite = (stream: string, revision: number, change: (content: Content) => unknown): string => {
    const { position, bytes } = rowOf(stream, revision)
    const changed = canonicalJson(change(JSON.parse(bytes)))
    const fitting = hash("sha256", changed)
    log.prepare("UPDATE events SET bytes = ?, hash = ? WHERE position = ?").run(changed, fitting, position)
    return fitting
  }

  /** The same, and all that follows in its stream with it. */
  const rewriteAll = (stream: string, revision: number, change: (content: Content) => unknown): void => {
    let previousHash = rewrite(stream, revision, change)
    for (let next = revision + 1; row(stream, next) !== undefined; next++)
      previousHash = rewrite(stream, next, (content) => ({ ...content, previousHash }))
  }

  /** An event after the last one of a stream, which may be new; at a position, whose event and all after it move on by one. */
  const insert = (stream: string, at: number | undefined, content: object): void => {
    if (at !== undefined) shift(1, at)
    log.prepare("INSERT OR IGNORE INTO streams (name) VALUES (?)").run(stream)
    const last = log
      .prepare("SELECT revision, hash FROM events WHERE stream = ? ORDER BY revision DESC LIMIT 1")
      .get(idOf(stream)) as { revision: number; hash: string } | undefined
    const revision = (last?.revision ?? -1) + 1
    const bytes = canonicalJson({ ...content, stream, revision, previousHash: last?.hash ?? firstPreviousHash })
    log
      .prepare("INSERT INTO events (position, stream, revision, bytes, hash) VALUES (?, ?, ?, ?, ?)")
      .run(at ?? null, idOf(stream), revision, bytes, hash("sha256", bytes))
  }

  /** Moves all events from a position on. */
  const shift = (by: number, from = 0): void => {
    // By way of where nothing is: each position is taken by one event alone.
    log.prepare("UPDATE events SET position = -position - ? WHERE position >= ?").run(by, from)
    log.exec("UPDATE events SET position = -position WHERE position < 0")
  }

  const swap = (one: number, other: number): void => {
    const move = log.prepare("UPDATE events SET position = ? WHERE position = ?")
    move.run(-1, one)
    move.run(one, other)
    move.run(other, -1)
  }

  const drop = (stream: string, where: string): void => {
    log.prepare(`DELETE FROM events WHERE stream = ? AND ${where}`).run(idOf(stream))
  }

  const dropName = (stream: string): void => {
    log.prepare("DELETE FROM streams WHERE name = ?").run(stream)
  }
  const rename = (stream: string, to: string): void => {
    log.prepare("UPDATE streams SET name = ? WHERE name = ?").run(to, stream)
  }

  /** Changes the bytes of an event and leaves its hash. */
  const replace = (stream: string, revision: number, text: string, by: string): void => {
    const { position, bytes } = rowOf(stream, revision)
    if (!bytes.includes(text)) throw new Error(`no ${text} in the event`)
    log.prepare("UPDATE events SET bytes = ? WHERE position = ?").run(bytes.replace(text, by), position)
  }
  const rehash = (stream: string, revision: number, hash: string): void => {
    log.prepare("UPDATE events SET hash = ? WHERE position = ?").run(hash, positionOf(stream, revision))
  }

  const swapRevisions = (stream: string, one: number, other: number): void => {
    const move = log.prepare("UPDATE events SET revision = ? WHERE stream = ? AND revision = ?")
    const id = idOf(stream)
    move.run(-1, id, one)
    move.run(one, id, other)
    move.run(other, id, -1)
  }

  /** Puts a copy of an event after all others, at another place. */
  const duplicate = (stream: string, revision: number, to: string, at: number): void => {
    const { bytes, hash } = rowOf(stream, revision)
    log.prepare("INSERT INTO events (stream, revision, bytes, hash) VALUES (?, ?, ?, ?)").run(idOf(to), at, bytes, hash)
  }

  const cut = (after: number): void => {
    log.prepare("DELETE FROM events WHERE position > ?").run(after)
  }

  return {
    rewrite,
    rewriteAll,
    insert,
    shift,
    swap,
    swapRevisions,
    drop,
    dropName,
    rename,
    replace,
    rehash,
    duplicate,
    cut,
    positionOf
  }
}
export type Tampering = ReturnType<typeof makeTampering>

export const tamper = (dataDir: string, work: (tampering: Tampering) => void): void => {
  const log = new DatabaseSync(join(dataDir, "log.db"))
  try {
    work(makeTampering(log))
  } finally {
    log.close()
  }
}
