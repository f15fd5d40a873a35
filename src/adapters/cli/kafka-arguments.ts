import * as Result from "effect/Result"
import { readCursor } from "../../application/messages/feed-cursor.ts"
import type { OperatorRequest } from "../../application/ports/operator-requests.ts"
import { parsed } from "./parsed.ts"
import { usage } from "./usage.ts"

export type KafkaCommand =
  | Result.Result.Success<ReturnType<typeof createTopic>>
  | Extract<OperatorRequest, { readonly _tag: "Republish" | "AcceptTopic" }>

const options = {
  partitions: { type: "string" },
  replication: { type: "string" },
  "min-insync": { type: "string" },
  retention: { type: "string" },
  from: { type: "string" }
} as const
type Values = { readonly [Flag in keyof typeof options]?: string | undefined }

const days = 24 * 3_600_000
const mostPartitions = 1000
const mostReplicas = 100

/** Answers undefined for an option that is not there, and for one that is no such number NaN. */
const numberIn = (text: string | undefined, most: number): number | undefined => {
  if (text === undefined) return undefined
  const value = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN
  return value >= 1 && value <= most ? value : Number.NaN
}

const createTopic = (values: Values, readDuration: (text: string) => number | undefined) => {
  const partitions = numberIn(values.partitions, mostPartitions) ?? 6
  const replication = numberIn(values.replication, mostReplicas)
  const minInsync = numberIn(values["min-insync"], mostReplicas)
  const { retention: text } = values
  const retention = text === undefined ? 30 * days : text === "forever" ? text : readDuration(text)
  const rules = [
    Number.isNaN(partitions) && `--partitions takes a whole number from 1 to ${mostPartitions}.`,
    Number.isNaN(replication) && `--replication takes a whole number from 1 to ${mostReplicas}.`,
    Number.isNaN(minInsync) && `--min-insync takes a whole number from 1 to ${mostReplicas}.`,
    retention === undefined &&
      '--retention takes forever, or a duration from 1 millis to 3650 days, such as "30 days" or "12 hours".'
  ].filter((rule) => rule !== false)
  if (rules.length > 0 || retention === undefined) return Result.fail(rules.join("\n"))
  return Result.succeed({ _tag: "CreateTopic", wishes: { partitions, replication, minInsync, retention } } as const)
}

const republish = (from: string) =>
  from === "start" || readCursor(from)
    ? Result.succeed({ _tag: "Republish", from } as const)
    : Result.fail(
        "--from takes start, or a cursor of the feed: the header certreg-cursor of a record, or next of a page of the feed."
      )

/** Reads what follows `certreg kafka`. A failure is what to tell the operator. */
export const readKafkaCommand = (
  args: ReadonlyArray<string>,
  readDuration: (text: string) => number | undefined
): Result.Result<KafkaCommand, string> => {
  const { words: [verb, ...more] = [], values = {} } = parsed(args, options) ?? {}
  const { from, ...ofTopic } = values
  if (more.length > 0) return Result.fail(usage)
  if (verb === "create-topic" && from === undefined) return createTopic(ofTopic, readDuration)
  if (Object.keys(ofTopic).length > 0) return Result.fail(usage)
  if (verb === "republish" && from !== undefined) return republish(from)
  return verb === "accept" && from === undefined ? Result.succeed({ _tag: "AcceptTopic" }) : Result.fail(usage)
}
