import { Predicate, Schema, SchemaTransformation } from "effect"
import { Timestamp } from "./instant.ts"
import { decoded, struct } from "./struct.ts"
import { line, lines } from "./text.ts"

const url = line(2048).check(
  Schema.makeFilter((text) => /^https?:\/\/\S+$/i.test(text) && URL.canParse(text), {
    message: "The address of a document is an http or https URL of 1 to 2048 characters.",
    toJsonSchema: () => ({ format: "uri" })
  })
)

const Document = struct("A consent document is an object of url and text.", {}, { url, text: lines(200_000) })

const holdsSomething = (document: unknown): boolean => {
  const { url, text } = Predicate.isObject(document) ? document : {}
  return Predicate.isNotNullish(url) || Predicate.isNotNullish(text)
}

export const documentsRule = (documents: { readonly id_ID?: unknown; readonly en_ID?: unknown }) =>
  holdsSomething(documents.id_ID) || holdsSomething(documents.en_ID)
    ? undefined
    : "A consent has a document in at least one language, id_ID or en_ID, with its url or text."

const GivenDocuments = struct(
  "The documents of a consent are an object of the languages id_ID and en_ID.",
  {},
  { id_ID: Document, en_ID: Document }
)
const Documents = GivenDocuments.pipe(
  Schema.decodeTo(
    decoded<typeof GivenDocuments.Type>(),
    SchemaTransformation.transform({
      decode: (documents) =>
        Object.fromEntries(Object.entries(documents).filter(([, document]) => holdsSomething(document))),
      encode: (documents) => documents
    })
  )
).check(Schema.makeFilter(documentsRule))

const detail = line(512)
const Device = struct(
  "A device is an object of texts that describe it.",
  {},
  {
    userAgent: detail,
    ip: detail,
    os: detail,
    make: detail,
    model: detail,
    uniqueId: detail,
    networkProvider: detail,
    appId: detail,
    appVersion: detail
  }
)

/** What the applicant agreed to, when and on what device. */
export const Consent = struct(
  "A consent is an object of entity, type, givenAt, documents and device.",
  { entity: line(100), type: line(100), givenAt: Timestamp, documents: Documents },
  { device: Device }
)
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
