// Follows the topic, as the one process of a group. Its state is one SQLite file: it can be killed at any moment, loses nothing and repeats nothing.
//   KAFKA_BROKERS=127.0.0.1:9092 FEED_URL=http://127.0.0.1:8080/v1/feed API_KEY=… node examples/kafka-consumer.ts
import { DatabaseSync } from "node:sqlite"
import { Kafka, logLevel, Partitioners, type PartitionMetadata } from "kafkajs"

type Message = { readonly id: string; readonly subject: string; readonly data: { readonly state: string } }
type Page = { readonly items: ReadonlyArray<Message>; readonly next: string }
/** Where it is in a partition: the offset that comes next, and where the message before that stands in the feed. */
type Place = { readonly offset: string; readonly cursor: string }

const {
  KAFKA_BROKERS = "127.0.0.1:9092",
  KAFKA_TOPIC: topic = "certificate-registrations.v1",
  KAFKA_GROUP: groupId = "example"
} = process.env
const { FEED_URL = "http://127.0.0.1:8080/v1/feed", API_KEY = "", STATE_FILE = "kafka-consumer.db" } = process.env

// `done` is numbered so that its oldest can be deleted: of messages that come again no more, or that do no harm when they do.
const db = new DatabaseSync(STATE_FILE)
db.exec(`PRAGMA journal_mode = WAL;
  CREATE TABLE IF NOT EXISTS place (partition INTEGER PRIMARY KEY, offset TEXT NOT NULL, cursor TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS done (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE IF NOT EXISTS registration (id TEXT PRIMARY KEY, state TEXT NOT NULL, messages INTEGER NOT NULL) STRICT`)
const found = db.prepare("SELECT offset, cursor FROM place WHERE partition = ?")
const placeOf = (partition: number) => (found.get(partition) ?? { offset: "0", cursor: "" }) as Place

/** What your system does with a message: here it keeps the state of each registration, and how often it was told of. */
const work = ({ subject, data }: Message) => {
  console.log(subject, data.state)
  db.prepare(`INSERT INTO registration VALUES (?, ?, 1)
    ON CONFLICT DO UPDATE SET state = excluded.state, messages = messages + 1`).run(subject, data.state)
}

/** The work, the ids that are done and the place: all in one transaction. The first copy wins, by its id; a gap in `sequence` is no loss. */
const take = (messages: ReadonlyArray<Message>, partition: number, { offset, cursor }: Place) => {
  db.exec("BEGIN IMMEDIATE")
  try {
    const isNew = db.prepare("INSERT INTO done (id) VALUES (?) ON CONFLICT DO NOTHING")
    for (const message of messages) if (isNew.run(message.id).changes === 1) work(message)
    db.prepare("INSERT OR REPLACE INTO place VALUES (?, ?, ?)").run(partition, offset, cursor)
    db.exec("COMMIT")
  } catch (error) {
    db.exec("ROLLBACK")
    throw error
  }
}

// A broker with TLS and users: `ssl: true` and `sasl: { mechanism, username, password }` stand here.
const kafka = new Kafka({ clientId: "certreg-example", brokers: KAFKA_BROKERS.split(","), logLevel: logLevel.ERROR })
const admin = kafka.admin()
await admin.connect()
const partitions = await admin.fetchTopicOffsets(topic)
await admin.disconnect()

const choose = Partitioners.DefaultPartitioner()
// It takes their number alone.
const partitionMetadata: Array<PartitionMetadata> = new Array(partitions.length)
const isIn = (partition: number) => (message: Message) =>
  choose({ topic, partitionMetadata, message: { key: message.subject, value: null } }) === partition

/** It was away for longer than the topic keeps messages, if `first` is not the offset that comes next: what lies between is in the feed. */
const catchUp = async (partition: number, first: string): Promise<void> => {
  for (let place = placeOf(partition); BigInt(place.offset) < BigInt(first); place = placeOf(partition)) {
    const query = new URLSearchParams({ limit: "1000", ...(place.cursor === "" ? {} : { after: place.cursor }) })
    const answer = await fetch(`${FEED_URL}?${query}`, { headers: { authorization: `Bearer ${API_KEY}` } })
    // The service was put back from a backup, to before this place: begin anew, what is done is known by its id.
    if (answer.status === 410) take([], partition, { ...place, cursor: "" })
    else if (!answer.ok) throw new Error(`The feed answered ${answer.status}.`)
    else {
      const { items, next } = (await answer.json()) as Page
      const offset = items.length === 0 ? first : place.offset
      // Of this partition alone: of the others it may not have what comes before.
      take(items.filter(isIn(partition)), partition, { offset, cursor: next })
    }
  }
}
for (const { partition, low } of partitions) await catchUp(partition, low)

// Commits come after the work: what is read again after a crash is known by its id. A crash is noticed after the session's timeout.
const consumer = kafka.consumer({ groupId, sessionTimeout: 6_000 })
process.once("SIGTERM", () => consumer.disconnect())
await consumer.connect()
await consumer.subscribe({ topic, fromBeginning: true })
await consumer.run({
  autoCommit: false,
  eachBatch: async ({ batch: { partition, messages } }) => {
    const [first, last] = [messages[0], messages.at(-1)]
    if (!first || !last) return
    await catchUp(partition, first.offset)
    const offset = String(BigInt(last.offset) + 1n)
    const read = messages.map(({ value }): Message => JSON.parse(String(value)))
    take(read, partition, { offset, cursor: String(last.headers?.["certreg-cursor"]) })
    await consumer.commitOffsets([{ topic, partition, offset }])
  }
})
