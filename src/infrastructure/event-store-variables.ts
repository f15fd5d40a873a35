import { Redacted, Result } from "effect"
import { connectionStringFlaw } from "../adapters/eventstoredb/connection-string.ts"
import { oneOf, streamPrefix } from "./kinds.ts"
import { all, problemsOf, type Reader, withDefault } from "./reader.ts"

/** Where the log lies: in `DATA_DIR`, or in an EventStoreDB. */
type EventStoreChoice =
  | { readonly kind: "sqlite" }
  | { readonly kind: "eventstoredb"; readonly url: Redacted.Redacted<string>; readonly streamPrefix: string }

const word = withDefault("EVENT_STORE", oneOf("sqlite", "eventstoredb"), "sqlite")

/** undefined: not given. */
const url: Reader<Redacted.Redacted<string> | undefined> = ({ EVENTSTOREDB_URL: text }) => {
  const rule = text === undefined ? undefined : connectionStringFlaw(text)
  if (rule !== undefined) return Result.fail([{ variable: "EVENTSTOREDB_URL", rule }])
  return Result.succeed(text === undefined ? undefined : Redacted.make(text))
}
const ofEventStoreDb = all({ url, streamPrefix: withDefault("EVENTSTOREDB_STREAM_PREFIX", streamPrefix, "") })

const missing = {
  variable: "EVENTSTOREDB_URL",
  rule: "is missing; it takes the connection string of the EventStoreDB, such as esdb://user:password@host:2113"
}

/** `EVENT_STORE`, and the variables that one of its words takes. */
export const eventStore: Reader<EventStoreChoice> = (variables) => {
  const given = word(variables)
  if (Result.isFailure(given)) return Result.fail([...given.failure, ...problemsOf(ofEventStoreDb(variables))])
  const kind = given.success
  if (kind === "eventstoredb")
    return Result.flatMap(ofEventStoreDb(variables), ({ url, streamPrefix }) =>
      url === undefined ? Result.fail([missing]) : Result.succeed(Object.freeze({ kind, url, streamPrefix }))
    )
  const unwanted = ["EVENTSTOREDB_URL", "EVENTSTOREDB_STREAM_PREFIX"].filter((name) => variables[name] !== undefined)
  return unwanted.length > 0
    ? Result.fail(unwanted.map((variable) => ({ variable, rule: "is taken with EVENT_STORE=eventstoredb alone" })))
    : Result.succeed(Object.freeze({ kind }))
}
