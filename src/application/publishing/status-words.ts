import { type Moment, timeOf } from "../outage-words.ts"
import type { Words } from "../ports/log.ts"
import { haltWords } from "./halt.ts"
import type { PublisherStatus } from "./publisher-state.ts"

type Down = Extract<PublisherStatus, { readonly condition: "down" }>

/** For the operator. */
export const statusWords = ({ since, code, advice, halted }: Down, at: Moment): Words => {
  if (halted) return haltWords(halted)
  const told = [`Nothing has been published to Kafka since ${timeOf(since, at)} (${code}).`, advice]
  return [...told, "It goes on by itself where it stopped."].filter((part) => part !== undefined).join(" ") as Words
}
