import { checkAnswer, document, misfit } from "../support/openapi.ts"
import { marksIn } from "./marks.ts"
import { isAllowed, isReadable, type Message } from "./message.ts"
import { operations } from "./operations.ts"
import type { Answer } from "./read-answers.ts"

const headerNames: ReadonlySet<string> = new Set([
  ...Object.keys((document["components"] as { headers: object }).headers),
  ...["connection", "keep-alive", "date", "content-type", "content-length", "content-security-policy"]
])

/** Bytes; an answer names at most the fields of a body of 256 KiB, each with its rule. */
const largest = 1024 * 1024

/** Members of an answer that repeat what the caller chose (service-api §2): his own ids and labels, and the id of his request. */
const told: ReadonlySet<string> = new Set(["requestId", "partnerUserId", "partnerUserIdType"])
/** The same, within others: why there is a hold, in the registration and in its history. */
const toldWithin: ReadonlySet<string> = new Set(["hold.reason", "data.reason"])

/** What an answer repeats of values that it must not repeat. */
const repeated = (value: unknown, name = "", parent = ""): ReadonlyArray<string> => {
  if (typeof value === "string")
    return told.has(name) || toldWithin.has(`${parent}.${name}`) || parent === "labels"
      ? []
      : marksIn(value).map(() => name)
  if (typeof value !== "object" || value === null) return []
  return Object.entries(value).flatMap(([key, part]) => [...marksIn(key), ...repeated(part, key, name)])
}

/** What is wrong with an answer whatever was asked. `secrets` are never told. */
export const checkAny = (
  { status, headers, text, body }: Answer,
  secrets: ReadonlyArray<string>
): ReadonlyArray<string> => {
  const all = [...headers]
    .filter(([name]) => name !== "x-request-id")
    .flat()
    .join("\n")
  return [
    ...(status >= 500 && status !== 502 && status !== 503 ? [`it is a ${status}`] : []),
    ...[...headers.keys()].filter((name) => !headerNames.has(name)).map((name) => `unknown header ${name}`),
    ...(headers.has("x-request-id") ? [] : ["no x-request-id"]),
    ...(marksIn(all).length > 0 ? ["a header repeats a value"] : []),
    ...(body === undefined ? marksIn(text).map(() => "the text") : repeated(body)).map(
      (name) => `${name} repeats a value`
    ),
    ...secrets.filter((secret) => text.includes(secret) || all.includes(secret)).map(() => "a secret is told"),
    ...(text.length > largest ? [`it has ${text.length} characters`] : []),
    ...(status >= 400 && text !== "" ? problemOf(body, headers) : [])
  ]
}

const problemOf = (body: unknown, headers: Headers): ReadonlyArray<string> => {
  const misfits = misfit(["components", "schemas", "Problem"], body)
  const isUnder = (body as { requestId?: unknown } | undefined)?.requestId === headers.get("x-request-id")
  return [...(misfits === undefined ? [] : [`no problem: ${misfits}`]), ...(isUnder ? [] : ["another requestId"])]
}

/** The path as a router reads it: what is encoded without need is the same, and `%2f` is no slash. */
const routed = (target: string): string => {
  const [path = ""] = target.replace(/^http:\/\/[^/]*/i, "").split(/[?#]/)
  try {
    return decodeURI(path)
  } catch {
    return path
  }
}

/** The one id of a request that the answer has to bear. */
const requestIdOf = ({ headers }: Message): string | undefined => {
  const [id, ...more] = headers.filter(([name]) => name === "x-request-id").map(([, value]) => value)
  return more.length === 0 && id !== undefined && /^[A-Za-z0-9._-]{1,128}$/.test(id) ? id : undefined
}

/** What is wrong with the answer to a request that was well-formed HTTP. */
export const checkExchange = (
  message: Message,
  answer: Answer,
  secrets: ReadonlyArray<string>
): ReadonlyArray<string> => {
  const { status, headers } = answer
  const findings = [...checkAny(answer, secrets)]
  if (!isReadable(message)) return status === 400 || status === 404 ? findings : [...findings, `it is a ${status}`]
  const id = requestIdOf(message)
  if (id !== undefined && headers.get("x-request-id") !== id) findings.push("it has not the request's x-request-id")
  // HEAD is GET without its body.
  const method = message.method === "HEAD" ? "GET" : message.method
  const asked = operations.find((one) => one.path === message.operation.path && one.method === method)
  if (status < 400 && asked && !isAllowed(asked, message.caller, message.subject))
    findings.push(`${status} for somebody who may not`)
  try {
    checkAnswer(method, routed(message.target), answer)
  } catch (error) {
    findings.push(String(error))
  }
  return findings
}
