import { expect } from "vitest"
import type { Api } from "../api.ts"
import { eventually } from "../eventually.ts"
import { firstCopies } from "../first-copies.ts"
import { type FeedItem, readWholeFeed } from "../read-whole-feed.ts"
import { readTopic, type TopicRecord } from "./read-topic.ts"

const messageOf = ({ value }: TopicRecord): FeedItem => JSON.parse(value)

const bySubject = (messages: ReadonlyArray<FeedItem>) => {
  const groups = new Map<string, Array<string>>()
  for (const message of messages) {
    const group = groups.get(message.subject) ?? []
    group.push(JSON.stringify(message))
    groups.set(message.subject, group)
  }
  return groups
}

/** After copies are left out, a topic holds the messages of a feed to the byte: none is missing, none more, and those of a registration in order. */
export const expectPublished = (feed: ReadonlyArray<FeedItem>, records: ReadonlyArray<TopicRecord>): void => {
  const first = firstCopies(records)
  const different = new Set(records.map(({ partition, key, value }) => JSON.stringify([partition, key, value])))
  expect(different.size, "a copy is another than the first").toBe(first.length)
  for (const record of first) {
    expect(record.key).toBe(messageOf(record).subject)
    expect(Object.keys(record.headers).toSorted()).toEqual(["certreg-cursor", "content-type"])
    expect(record.headers["content-type"]).toBe("application/cloudevents+json")
  }
  expect(bySubject(first.map(messageOf))).toEqual(bySubject(feed))
}

/** Waits until a topic holds everything that is in the feed now and holds exactly that; answers both. */
export const untilPublished = async (api: Api, brokers: ReadonlyArray<string>, topic: string) => {
  const feed = await readWholeFeed(api)
  const ids = feed.map(({ id }) => id)
  const records = await eventually(`${feed.length} messages in the topic`, async () => {
    const read = await readTopic(brokers, topic).catch(() => [])
    const there = new Set(read.map((record) => messageOf(record).id))
    return ids.every((id) => there.has(id)) && read
  })
  expectPublished(await readWholeFeed(api), records)
  return { feed, records, copies: records.length - feed.length }
}
