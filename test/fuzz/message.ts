import { METHODS } from "node:http"
import { jpeg, png } from "../support/images.ts"
import { wordOf } from "./marks.ts"
import type { Operation } from "./operations.ts"
import type { Random } from "./random.ts"
import { validValue } from "./schema-values.ts"

/** Who calls, and what that may be. */
export interface Caller {
  readonly name: string
  /** Of the header; nobody has none. */
  readonly authorization?: string
  readonly scopes: ReadonlyArray<string>
  readonly tenant?: string
}

/** A registration that requests are about. */
export interface Subject {
  readonly id: string
  readonly tenant: string
  readonly submissionId: string | undefined
}

/** A request before it becomes bytes. */
export interface Message {
  readonly number: number
  readonly word: string
  readonly operation: Operation
  readonly caller: Caller
  readonly subject: Subject
  readonly method: string
  /** As the request line says it. */
  readonly target: string
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  /** The value of a JSON body; `body` holds others. */
  readonly json?: unknown
  readonly body: Buffer
  readonly chunked: boolean
  /** What was broken, in order. */
  readonly broken: ReadonlyArray<string>
}

/** What is drawn for a request. */
export interface Given {
  readonly number: number
  readonly random: Random
  readonly callers: ReadonlyArray<Caller>
  readonly subject: Subject
}

/** Whether an operation is for this caller and this registration (service-api §1). */
export const isAllowed = ({ needs, path }: Operation, { scopes, tenant }: Caller, subject: Subject): boolean => {
  if (needs === undefined) return true
  const reads = needs === "registrations:read"
  const isAuditor = scopes.includes("audit:read")
  const hasScope =
    scopes.includes(needs) ||
    ((reads || needs === "events:read") && isAuditor) ||
    (reads && scopes.includes("registrations:write"))
  const isAnywhere = isAuditor && needs !== "registrations:write"
  return hasScope && (isAnywhere || !path.includes("{id}") || subject.tenant === tenant)
}

/** A request as the document wants it, usually of somebody who may make it. */
export const validMessage = (operation: Operation, { number, random, callers, subject }: Given): Message => {
  const word = wordOf(number)
  const source = { random, word, registrationId: subject.id, submissionId: subject.submissionId }
  const allowed = callers.filter((caller) => isAllowed(operation, caller, subject))
  const caller = random.pick(random.chance(0.1) || allowed.length === 0 ? callers : allowed)
  const values = operation.parameters
    .filter((parameter) => parameter.in === "path" || random.chance(0.4))
    .map((parameter) => ({ ...parameter, value: String(validValue(parameter.schema, source, parameter.name)) }))
  const path = values
    .filter((parameter) => parameter.in === "path")
    .reduce((url, { name, value }) => url.replace(`{${name}}`, value), operation.path)
  const query = new URLSearchParams(
    values.filter((parameter) => parameter.in === "query").map(({ name, value }): [string, string] => [name, value])
  ).toString()
  const body = operation.bodies.length > 0 ? random.pick(operation.bodies) : undefined
  const [mediaType, schema] = body ?? []
  return {
    number,
    word,
    operation,
    caller,
    subject,
    method: operation.method,
    target: query === "" ? path : `${path}?${query}`,
    headers: [
      ["host", "certreg"],
      ...(caller.authorization === undefined ? [] : [["authorization", caller.authorization] as const]),
      ...values.flatMap(({ in: place, name, value }) =>
        place === "header" ? [[name.toLowerCase(), value] as const] : []
      ),
      ...(mediaType === undefined ? [] : [["content-type", mediaType] as const])
    ],
    ...(schema && { json: validValue(schema, source) }),
    body: mediaType?.startsWith("image/") ? (mediaType === "image/png" ? png : jpeg)({ tag: word }) : Buffer.alloc(0),
    chunked: schema !== undefined && random.chance(0.1),
    broken: []
  }
}

/** Whether HTTP knows the method, and the target is one. */
export const isReadable = (message: Message): boolean =>
  METHODS.includes(message.method) && /^(?:\/|\*|http:\/\/)[\x21-\x7e]*$/i.test(message.target)

/** Whether the answer has no body whatever its headers say. */
export const isHead = (message: Message): boolean => message.method === "HEAD" && isReadable(message)

export const bodyOf = ({ json, body }: Message): Buffer =>
  json === undefined ? body : Buffer.from(JSON.stringify(json))

/** The bytes on the wire, in their parts. */
export const wireOf = (message: Message): { readonly head: Buffer; readonly body: Buffer } => {
  const { operation, method, target, headers, chunked } = message
  const body = bodyOf(message)
  const hasBody = operation.bodies.length > 0 || body.length > 0
  const framing = chunked ? ["transfer-encoding: chunked"] : hasBody ? [`content-length: ${body.length}`] : []
  const lines = [`${method} ${target} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`), ...framing]
  return { head: Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), body: chunked ? chunksOf(body) : body }
}

const chunksOf = (body: Buffer): Buffer => {
  const half = Math.ceil(body.length / 2)
  const parts = [body.subarray(0, half), body.subarray(half)].filter(({ length }) => length > 0)
  const chunks = parts.flatMap((part) => [Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from("\r\n")])
  return Buffer.concat([...chunks, Buffer.from("0\r\n\r\n")])
}

/** A request as a failure shows it; what is long is cut. */
export const describeMessage = (message: Message): string => {
  const { head, body } = wireOf(message)
  const shown = (bytes: Buffer) => JSON.stringify(bytes.subarray(0, 3000).toString("latin1"))
  const { number, caller, broken } = message
  return `request ${number} by ${caller.name}, broken: ${broken.join(", ") || "not"}\n    ${shown(head)}\n    ${shown(body)} (${body.length} bytes)`
}
