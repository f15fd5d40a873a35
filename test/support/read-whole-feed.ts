import { type Api, isEnd, type State } from "./api.ts"
import { eventually } from "./eventually.ts"

/** What a test looks at of a public message. */
export type FeedItem = {
  readonly id: string
  readonly subject: string
  readonly type: string
  readonly sequence: string
  readonly data: { readonly state: State }
}
type FeedPage = { readonly items: ReadonlyArray<FeedItem>; readonly next: string }

/** All that the feed has now. */
export const readWholeFeed = async (api: Api): Promise<ReadonlyArray<FeedItem>> => {
  const items: Array<FeedItem> = []
  for (let after = ""; ; ) {
    const { status, text, body } = await api.send<FeedPage>("GET", `/v1/feed?limit=1000${after}`)
    if (status !== 200) throw new Error(`the feed was answered ${status}: ${text}`)
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
