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

const before = { moment: "before" } as const
const html = { "content-type": "text/html" }

/** Faults by the words that test values and scripts use. Any three-digit status is one too. */
const named: Readonly<Record<string, Fault>> = {
  drop: { ...before, name: "drop", kind: "drop" },
  hang: { ...before, name: "hang", kind: "hang" },
  slow: { ...before, name: "slow", kind: "slow" },
  pass: { ...before, name: "pass", kind: "pass" },
  cut: { moment: "after", name: "cut", kind: "cut" },
  garbage: {
    ...before,
    name: "garbage",
    kind: "answer",
    status: 200,
    headers: html,
    text: "<html><body>Maintenance</body></html>"
  },
  empty: { ...before, name: "empty", kind: "answer", status: 200, headers: {}, text: "" },
  failure: { ...before, name: "failure", kind: "answer", status: 200, code: "900", cause: "GENERIC_SERVICE_ERROR" },
  redirect: { ...before, name: "redirect", kind: "answer", status: 307, headers: { location: "/moved" }, text: "" },
  expired: {
    ...before,
    name: "expired",
    kind: "answer",
    status: 403,
    code: "AccessDenied",
    cause: "Request has expired"
  },
  signature: {
    ...before,
    name: "signature",
    kind: "answer",
    status: 403,
    code: "SignatureDoesNotMatch",
    cause: "Signature does not match"
  },
  "expired-token": {
    ...before,
    name: "expired-token",
    kind: "answer",
    status: 400,
    code: "ExpiredToken",
    cause: "The provided token has expired."
  },
  "request-timeout": {
    ...before,
    name: "request-timeout",
    kind: "answer",
    status: 400,
    code: "RequestTimeout",
    cause: "Idle connection"
  },
  "slow-down": {
    ...before,
    name: "slow-down",
    kind: "answer",
    status: 503,
    code: "SlowDown",
    cause: "Please reduce your request rate."
  }
}

const fromWord = (word: string): Fault | undefined => {
  const [, name = word, moment] = /^(.+)-(early|after)$/.exec(word) ?? []
  const known =
    named[name] ??
    (/^[2-5]\d\d$/.test(name) ? ({ ...before, name, kind: "answer", status: Number(name) } as const) : undefined)
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
  const [code, cause, text] = [textOr(given["code"]), textOr(given["cause"]), textOr(given["text"])]
  return {
    moment,
    name: String(status),
    kind: "answer",
    status,
    ...(code === undefined ? {} : { code }),
    ...(cause === undefined ? {} : { cause }),
    ...(text === undefined ? {} : { text }),
    ...(given["retryAfter"] === undefined ? {} : { headers: { "retry-after": String(given["retryAfter"]) } })
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
