// Follows the feed. Its state is one SQLite file: it can be killed at any moment, loses nothing and repeats nothing.
//   FEED_URL=http://127.0.0.1:8080/v1/feed API_KEY=… node examples/feed-consumer.ts
import { DatabaseSync } from "node:sqlite"
import { setTimeout as sleep } from "node:timers/promises"

type Message = { readonly id: string; readonly subject: string; readonly data: { readonly state: string } }
type Page = { readonly items: ReadonlyArray<Message>; readonly next: string }

const { FEED_URL = "http://127.0.0.1:8080/v1/feed", API_KEY = "", STATE_FILE = "feed-consumer.db" } = process.env

// `done` is numbered so that its oldest can be deleted: of messages that come again no more, or that do no harm when they do.
const db = new DatabaseSync(STATE_FILE)
db.exec(`PRAGMA journal_mode = WAL;
  CREATE TABLE IF NOT EXISTS place (one INTEGER PRIMARY KEY CHECK (one = 1), cursor TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS done (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE IF NOT EXISTS registration (id TEXT PRIMARY KEY, state TEXT NOT NULL, messages INTEGER NOT NULL) STRICT`)

/** What your system does with a message: here it keeps the state of each registration, and how often it was told of. */
const work = ({ subject, data }: Message) => {
  console.log(subject, data.state)
  db.prepare(`INSERT INTO registration VALUES (?, ?, 1)
    ON CONFLICT DO UPDATE SET state = excluded.state, messages = messages + 1`).run(subject, data.state)
}

/** The work, the ids that are done and the place: all in one transaction. The first copy wins, by its id; a gap in `sequence` is no loss. */
const take = ({ items, next }: Page) => {
  db.exec("BEGIN IMMEDIATE")
  try {
    const isNew = db.prepare("INSERT INTO done (id) VALUES (?) ON CONFLICT DO NOTHING")
    for (const message of items) if (isNew.run(message.id).changes === 1) work(message)
    db.prepare("INSERT OR REPLACE INTO place VALUES (1, ?)").run(next)
    db.exec("COMMIT")
  } catch (error) {
    db.exec("ROLLBACK")
    throw error
  }
}

/** What comes next; nothing while the service cannot be reached or has too much to do. */
const ask = async (): Promise<Page | undefined> => {
  const place = db.prepare("SELECT cursor FROM place").get()
  const query = new URLSearchParams({ limit: "100", ...(place && { after: String(place["cursor"]) }) })
  const headers = { authorization: `Bearer ${API_KEY}` }
  const answer = await fetch(`${FEED_URL}?${query}`, { headers }).catch(() => undefined)
  if (answer?.ok) return (await answer.json().catch(() => undefined)) as Page | undefined
  // The service was put back from a backup, to before this place: begin anew, what is done is known by its id.
  if (answer?.status === 410) db.exec("DELETE FROM place")
  else if (answer && answer.status < 500 && answer.status !== 429)
    throw new Error(`The feed answered ${answer.status}.`)
  return undefined
}

for (;;) {
  const page = await ask()
  if (page) take(page)
  if (!page || page.items.length === 0) await sleep(1000)
}
