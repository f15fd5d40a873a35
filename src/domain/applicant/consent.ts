import { Predicate, Schema } from "effect"
import { Timestamp } from "./instant.ts"
import { optional } from "./optional.ts"
import { line, lines } from "./text.ts"

const urlRule = "The address of a document is an http or https URL of 1 to 2048 characters."
const url = line(2048).check(
  Schema.makeFilter((text) => /^https?:\/\/\S+$/i.test(text) && URL.canParse(text), {
    message: urlRule,
    toJsonSchema: () => ({ format: "uri" })
  })
)

const Document = Schema.Struct({ url: optional(url), text: optional(lines(200_000)) }).annotate({
  message: "A consent document is an object of url and text."
})

const holdsSomething = (document: unknown): boolean =>
  Predicate.isObject(document) && (Predicate.isNotNullish(document["url"]) || Predicate.isNotNullish(document["text"]))

export const documentsRule = (documents: { readonly id_ID?: unknown; readonly en_ID?: unknown }) =>
  holdsSomething(documents.id_ID) || holdsSomething(documents.en_ID)
    ? undefined
    : "A consent has a document in at least one language, id_ID or en_ID, with its url or text."

const Documents = Schema.Struct({
  id_ID: optional(Document, holdsSomething),
  en_ID: optional(Document, holdsSomething)
})
  .annotate({ message: "The documents of a consent are an object of the languages id_ID and en_ID." })
  .check(Schema.makeFilter(documentsRule, { toJsonSchema: () => [{}, true] }))

const detail = optional(line(512))
const Device = Schema.Struct({
  userAgent: detail,
  ip: detail,
  os: detail,
  make: detail,
  model: detail,
  uniqueId: detail,
  networkProvider: detail,
  appId: detail,
  appVersion: detail
}).annotate({ message: "A device is an object of texts that describe it." })

/** What the applicant agreed to, when and on what device. */
export const Consent = Schema.Struct({
  entity: line(100),
  type: line(100),
  givenAt: Timestamp,
  documents: Documents,
  device: optional(Device)
}).annotate({ message: "A consent is an object of entity, type, givenAt, documents and device." })
export type Consent = typeof Consent.Type

const tolerance = 5 * 60_000

/** Both in epoch milliseconds. Clocks differ a little; what is hours ahead is a local time that was said to be UTC. */
export const consentTimeRule = (givenAt: number, now: number): string | undefined =>
  givenAt > now + tolerance
    ? "A consent was given before now, and this is more than 5 minutes ahead of our clock: the time zone offset may be wrong."
    : undefined

const countRule = "Consents are a list of 1 to 10 consents."
const [fewest, most] = [1, 10]

export const consentsRule = (consents: ReadonlyArray<unknown>): string | undefined =>
  consents.length < fewest || consents.length > most ? countRule : undefined

export const Consents = Schema.Array(Consent)
  .annotate({ message: countRule })
  .check(Schema.makeFilter(consentsRule, { toJsonSchema: () => ({ minItems: fewest, maxItems: most }) }))
