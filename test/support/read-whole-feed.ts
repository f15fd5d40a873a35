import { type Api, isEnd, type State } from "./api.ts"
import { eventually } from "./eventually.ts"

export type FeedItem = { readonly id: string; readonly subject: string; readonly data: { readonly state: State } }

/** All that the feed has now. */
export const readWholeFeed = async (api: Api): Promise<ReadonlyArray<FeedItem>> => {
  const items: Array<FeedItem> = []
  for (let after = ""; ; ) {
    const path = `/v1/feed?limit=1000${after}`
    const { body } = await api.send<{ readonly items: ReadonlyArray<FeedItem>; readonly next: string }>("GET", path)
    if (body.items.length === 0) return items
    items.push(...body.items)
    after = `&after=${body.next}`
  }
}

/** All that the feed has when it has told of the end of these registrations. */
export const untilTold = (api: Api, registrations: ReadonlyArray<string>): Promise<ReadonlyArray<FeedItem>> =>
  eventually("the ends of registrations in the feed", async () => {
    const items = await readWholeFeed(api)
    const isTold = (id: string) => items.some(({ subject, data }) => subject === id && isEnd(data))
    return registrations.every(isTold) && items
  })

/** What a consumer keeps of each registration when it has worked on these messages, each of them once. */
export const keptOf = (items: ReadonlyArray<FeedItem>) =>
  Object.fromEntries(
    [...Map.groupBy(items, ({ subject }) => subject)].map(([subject, ofSubject]) => [
      subject,
      { state: ofSubject.at(-1)?.data.state, messages: ofSubject.length }
    ])
  )
