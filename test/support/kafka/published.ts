import { expect } from "vitest"
import type { Api } from "../api.ts"
import { eventually } from "../eventually.ts"
import { readTopic, type TopicRecord } from "./read-topic.ts"

/** What a test looks at of a public message. */
export type PublicMessage = {
  readonly id: string
  readonly subject: string
  readonly type: string
  readonly sequence: string
}
type FeedPage = { readonly items: ReadonlyArray<PublicMessage>; readonly next: string }

/** All messages of the feed up to its end as it is now. */
export const readFeed = async (api: Api): Promise<ReadonlyArray<PublicMessage>> => {
  const all: Array<PublicMessage> = []
  for (let after = ""; ; ) {
    const { status, text, body } = await api.send<FeedPage>("GET", `/v1/feed?limit=1000${after && `&after=${after}`}`)
    if (status !== 200) throw new Error(`the feed was answered ${status}: ${text}`)
    if (body.items.length === 0) return all
    all.push(...body.items)
    after = body.next
  }
}

const messageOf = ({ value }: TopicRecord): PublicMessage => JSON.parse(value)

/** The first copy of each message, as they lie in their partitions. */
export const firstCopies = (records: ReadonlyArray<TopicRecord>): ReadonlyArray<TopicRecord> => {
  const first = new Map<string, TopicRecord>()
  for (const record of records) {
    const { id } = messageOf(record)
    const known = first.get(id)
    if (known === undefined) first.set(id, record)
    else expect(record, "a copy").toMatchObject({ key: known.key, value: known.value, partition: known.partition })
  }
  return [...first.values()]
}

const bySubject = (messages: ReadonlyArray<PublicMessage>) => {
  const groups = new Map<string, Array<string>>()
  for (const message of messages) {
    const group = groups.get(message.subject) ?? []
    group.push(JSON.stringify(message))
    groups.set(message.subject, group)
  }
  return groups
}

/** After copies are left out, a topic holds the messages of a feed to the byte: none is missing, none more, and those of a registration in order. */
export const expectPublished = (feed: ReadonlyArray<PublicMessage>, records: ReadonlyArray<TopicRecord>): void => {
  const copies = firstCopies(records)
  for (const record of copies) {
    expect(record.key).toBe(messageOf(record).subject)
    expect(Object.keys(record.headers).toSorted()).toEqual(["certreg-cursor", "content-type"])
    expect(record.headers["content-type"]).toBe("application/cloudevents+json")
  }
  expect(bySubject(copies.map(messageOf))).toEqual(bySubject(feed))
}

/** Waits until a topic holds everything that is in the feed now and holds exactly that; answers both. */
export const untilPublished = async (api: Api, brokers: ReadonlyArray<string>, topic: string) => {
  const feed = await readFeed(api)
  const ids = feed.map(({ id }) => id)
  const records = await eventually(`${feed.length} messages in the topic`, async () => {
    const read = await readTopic(brokers, topic).catch(() => [])
    const there = new Set(read.map((record) => messageOf(record).id))
    return ids.every((id) => there.has(id)) && read
  })
  expectPublished(await readFeed(api), records)
  return { feed, records, copies: records.length - feed.length }
}
