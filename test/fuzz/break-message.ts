import { otherImages } from "../support/images.ts"
import { breakJson, breakJsonText } from "./break-json.ts"
import { bodyOf, type Caller, type Message, wireOf } from "./message.ts"
import type { Random } from "./random.ts"

type Breaker = (message: Message, random: Random, callers: ReadonlyArray<Caller>) => readonly [Message, string]

const withHeader = (message: Message, name: string, ...values: ReadonlyArray<string>): Message => ({
  ...message,
  headers: [...message.headers.filter(([other]) => other !== name), ...values.map((value) => [name, value] as const)]
})

const nobody = { name: "nobody", scopes: [] }

const credentials: Breaker = (message, { pick, below }, callers) => {
  const { authorization = "Bearer crk_acme_x" } = pick(callers)
  const key = authorization.slice("Bearer ".length)
  const [what, ...values] = pick([
    ["no key"],
    ["an unknown key", `Bearer crk_acme_${message.word.padEnd(43, "A")}`],
    ["a key and a letter", `${authorization}A`],
    ["a key that was cut", authorization.slice(0, -1 - below(10))],
    ["another scheme", `Basic ${Buffer.from(key).toString("base64")}`],
    ["a key without its scheme", key],
    ["two keys", authorization, authorization],
    ["keys in a list", `${authorization}, ${authorization}`],
    ["a key that is a word", `Bearer ${message.word}`],
    ["an endless key", `Bearer crk_acme_${"A".repeat(8000)}`],
    ["bytes as a key", `Bearer crk_acme_\xff\x80${message.word}`]
  ])
  return [{ ...withHeader(message, "authorization", ...values), caller: nobody }, what as string]
}

const caller: Breaker = (message, { pick }, callers) => {
  const other = pick(callers)
  const values = other.authorization === undefined ? [] : [other.authorization]
  return [{ ...withHeader(message, "authorization", ...values), caller: other }, "another caller"]
}

const header: Breaker = (message, { pick, below }) => {
  const { word } = message
  const [name, ...values] = pick([
    [
      "content-type",
      pick(["text/plain", "", "image/gif", "application/json, application/json", "garbage", `application/${word}`])
    ],
    ["content-type", "multipart/form-data; boundary=x"],
    ["content-type", "application/json; charset=utf-16"],
    ["content-encoding", pick(["gzip", "br", "identity", "identity, gzip", "utf-8", word])],
    ["x-request-id", pick([`${word} x`, word.repeat(30), `${word}\xe9`, `${word}"`, ""])],
    ["x-request-id", word, `${word}2`],
    ["idempotency-key", pick(["", "k".repeat(256), `${word}\xe9`, "\t", word])],
    ["idempotency-key", word, word],
    ["if-none-match", pick([word, '"', `W/"${word}`, `"${word}", *`, '"1",'.repeat(2000), "W/"])],
    [
      "traceparent",
      pick([word, `00-${"0".repeat(32)}-${"0".repeat(16)}-00`, `ff-${"a".repeat(32)}-${"b".repeat(16)}-01`])
    ],
    ["expect", pick(["100-continue", word])],
    ["upgrade", pick(["h2c", "websocket"])],
    ["connection", pick(["close", `${word}`, "keep-alive, close", "Upgrade"])],
    ["range", `bytes=0-${below(10)}`],
    ["accept", pick([`text/${word}`, "*/*;q=0", ""])],
    ["accept-encoding", pick(["gzip", "*;q=0"])],
    ["cookie", `session=${word}; ${word}`],
    ["user-agent", `${word} \${jndi:ldap://x}`],
    ["origin", `https://${word}.example`],
    ["x-forwarded-for", `${word}, 127.0.0.1`],
    ["x-forwarded-host", word],
    ["x-http-method-override", "DELETE"],
    ["x-original-url", `/${word}`],
    ["host", pick([word, `${word}:99999`, "[::1", "", `user:${word}@host`])],
    ["__proto__", word],
    [`x-${"h".repeat(below(3000))}`, word],
    ["x-large", word.padEnd(below(15_000), "v")]
  ])
  return [withHeader(message, name as string, ...values), `header ${name}`]
}

const query: Breaker = (message, { pick }) => {
  const { target, word, operation } = message
  const known = operation.parameters.find((parameter) => parameter.in === "query")?.name ?? "wait"
  const added = pick([
    `${word}=${word}`,
    `${known}=1&${known}=1`,
    `${known}=${pick(["", "-1", "61", "1e1", "0x1", "%EF%BC%91", " 1", "1.0", "00", word, "9".repeat(400), "null", "1%00"])}`,
    `__proto__=${word}`,
    "constructor[prototype][x]=1",
    `${known}[]=1`,
    `${known}%00=1`,
    `api_key=${word}`,
    `%zz=%${word}`,
    "=",
    "&&&",
    `q=${word.repeat(300)}`,
    Array.from({ length: 1500 }, (_, n) => `p${n}`).join("&")
  ])
  return [{ ...message, target: `${target}${target.includes("?") ? "&" : "?"}${added}` }, "query"]
}

const path: Breaker = (message, { pick, below }) => {
  const { target, word } = message
  const [path = ""] = target.split("?")
  const place = 1 + below(path.length - 1)
  const code = path.charCodeAt(place).toString(16)
  const id = message.subject.id
  const other = pick([
    `${path.slice(0, place)}%${code}${path.slice(place + 1)}`,
    `${path}/`,
    `/${path}`,
    path.replace("/", "//"),
    path.toUpperCase(),
    `${path};${word}`,
    `${path}%00`,
    `${path}%2f..`,
    `${path}#${word}`,
    path.replace(id, word),
    path.replace(id, `${id}%20`),
    path.replace(id, "a".repeat(5000)),
    path.replace(id, "%c0%af%ff"),
    path.replace(id, `..%2f${id}`),
    path.replace(id, "%F0%9F%98%80\u00e9"),
    path.replace(id, `{${id}}`),
    path.replace("documents/", `documents/${word}`),
    `http://${word}.example${path}`,
    `${path}/../${word}`,
    `/${word}`,
    "/%zz",
    "/",
    "*",
    `/v1/registrations/${id}/__proto__`,
    path.replaceAll("/", "\\")
  ])
  return [{ ...message, target: other }, "path"]
}

const methods = [
  "GET",
  "POST",
  "PUT",
  "DELETE",
  "PATCH",
  "OPTIONS",
  "TRACE",
  "HEAD",
  "PROPFIND",
  "LINK",
  "QUERY",
  "FOO",
  "get"
]
const method: Breaker = (message, { pick }) => [{ ...message, method: pick(methods) }, "method"]

const framing: Breaker = (message) => [{ ...message, chunked: true, body: bodyOf(message) }, "chunked"]

const image: Breaker = (message, random) => {
  const { pick, below } = random
  const { json: _, ...rest } = message
  const { body } = message
  const mutated = Buffer.from(body)
  for (let n = 1 + below(5); n > 0; n--) mutated[below(mutated.length)] = below(256)
  const other = pick([
    body.subarray(0, below(body.length)),
    mutated,
    mutated,
    Buffer.alloc(0),
    Buffer.concat([body, Buffer.from(pick(["PK\x03\x04", "<html>", "%PDF-1.7", "\0\0", message.word]), "latin1")]),
    Buffer.concat([Buffer.from(message.word), body]),
    Buffer.from(body.toString("base64")),
    Buffer.from(body.toString("utf8")),
    pick(Object.values(otherImages)),
    Buffer.concat([body.subarray(0, 2), Buffer.alloc(300_000, 0xff), body.subarray(2)]),
    Buffer.alloc(10 * 1024 * 1024 + 1)
  ])
  return [{ ...rest, body: other }, "image"]
}

const json: Breaker = (message, random) => {
  const [broken, what] = breakJson(message.json, random, message.word)
  return [{ ...message, json: broken }, what]
}

const jsonText: Breaker = ({ json: _, ...message }, random) => {
  const [body, what] = breakJsonText(bodyOf({ ...message, json: _ }), random, message.word)
  return [{ ...message, body }, what]
}

const around: ReadonlyArray<Breaker> = [credentials, caller, header, header, header, query, path, method, framing]

/** Bytes; the service takes 16 KiB. */
const largestHead = 15_000

/** The request with one thing more that is wrong, or at least unusual. */
export const breakMessage = (message: Message, random: Random, callers: ReadonlyArray<Caller>): Message => {
  const inside = message.json !== undefined ? [json, json, json, json, json, json, jsonText, jsonText, jsonText] : []
  const ofImage = message.body.length > 0 && message.operation.method === "PUT" ? [image, image, image, image] : []
  const [broken, what] = random.pick([...around, ...inside, ...ofImage])(message, random, callers)
  // Larger heads are for those that break the wire.
  if (wireOf(broken).head.length > largestHead) return message
  return { ...broken, broken: [...message.broken, what] }
}
