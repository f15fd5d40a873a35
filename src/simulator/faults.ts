/**
 * When a fault strikes: `early` once the headers are here, `before` once the whole request is here but nothing took
 * effect, `after` once it took effect and only the answer is left.
 */
type Moment = "early" | "before" | "after"

export type Fault = { readonly moment: Moment; readonly name: string } & (
  | {
      readonly kind: "answer"
      readonly status: number
      readonly code?: string
      readonly cause?: string
      readonly headers?: Readonly<Record<string, string>>
      readonly text?: string
    }
  | { readonly kind: "drop" | "hang" | "cut" | "pass" }
  | { readonly kind: "slow"; readonly ms?: number }
  | { readonly kind: "fields"; readonly fields: Readonly<Record<string, unknown>> }
)

const plain = (kind: "drop" | "hang" | "slow" | "pass", moment: Moment = "before"): Fault => ({
  moment,
  name: kind,
  kind
})

const answers = (name: string, status: number, code?: string, cause?: string): Fault => ({
  moment: "before",
  name,
  kind: "answer",
  status,
  ...(code === undefined ? {} : { code }),
  ...(cause === undefined ? {} : { cause })
})

/** Faults by the words that test values and scripts use. Any status is one too. */
const named: ReadonlyMap<string, Fault> = new Map(
  [
    plain("drop"),
    plain("hang"),
    plain("slow"),
    plain("pass"),
    { moment: "after", name: "cut", kind: "cut" } as const,
    { ...answers("garbage", 200), text: "<html><body>Maintenance</body></html>" },
    { ...answers("empty", 200), text: "" },
    { ...answers("redirect", 307), text: "", headers: { location: "/moved" } },
    answers("failure", 200, "900", "GENERIC_SERVICE_ERROR"),
    answers("expired", 403, "AccessDenied", "Request has expired"),
    answers("signature", 403, "SignatureDoesNotMatch", "The signatures differ."),
    answers("expired-token", 400, "ExpiredToken", "The provided token has expired."),
    answers("request-timeout", 400, "RequestTimeout", "The connection was idle for too long."),
    answers("slow-down", 503, "SlowDown", "Please reduce your request rate.")
  ].map((fault) => [fault.name, fault])
)

const fromWord = (word: string): Fault | undefined => {
  const [, name = word, moment] = /^(.+)-(early|after)$/.exec(word) ?? []
  const known = named.get(name) ?? (/^[2-5]\d\d$/.test(name) ? answers(name, Number(name)) : undefined)
  return known === undefined || moment === undefined ? known : { ...known, name: word, moment: moment as Moment }
}

const textOr = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined)

/**
 * A fault from a word (`"500-after"`), a status number, or an object: `{ status, code?, cause?, retryAfter?, text? }`,
 * `{ slow: ms }` or `{ fields: {…} }` (a poll's result with these fields replaced), each with `moment?`.
 */
export const parseFault = (value: unknown): Fault | undefined => {
  if (typeof value === "string" || typeof value === "number") return fromWord(String(value))
  if (typeof value !== "object" || value === null) return undefined
  const given = value as Readonly<Record<string, unknown>>
  const moment = given["moment"] ?? "before"
  if (moment !== "early" && moment !== "before" && moment !== "after") return undefined
  if (typeof given["slow"] === "number") return { moment, name: "slow", kind: "slow", ms: given["slow"] }
  if (typeof given["fields"] === "object" && given["fields"] !== null) {
    return { moment: "after", name: "fields", kind: "fields", fields: { ...given["fields"] } }
  }
  const status = given["status"]
  if (typeof status !== "number" || !Number.isInteger(status) || status < 200 || status > 599) return undefined
  const { retryAfter, text } = given
  return {
    ...answers(String(status), status, textOr(given["code"]), textOr(given["cause"])),
    moment,
    ...(typeof text === "string" ? { text } : {}),
    ...(retryAfter === undefined ? {} : { headers: { "retry-after": String(retryAfter) } })
  }
}

/** Faults that are used up in order, and then the one that always strikes, if any. */
export class FaultQueue {
  readonly #once: Array<Fault>
  readonly #always: Fault | undefined

  constructor(once: ReadonlyArray<Fault>, always?: Fault) {
    this.#once = [...once]
    this.#always = always
  }

  next(): Fault | undefined {
    return this.#once.shift() ?? this.#always
  }
}

/** Where a fault may strike: a call, or the upload of one document. */
const faultPoints = ["token", "urls", "put", "ktp", "selfie", "confirm", "poll"] as const
export type FaultPoint = (typeof faultPoints)[number]

export const isFaultPoint = (value: string): value is FaultPoint =>
  (faultPoints as ReadonlyArray<string>).includes(value)
