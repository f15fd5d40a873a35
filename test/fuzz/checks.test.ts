import { describe, expect, it } from "vitest"
import { checkAccepted, makeAccepted } from "./accepted.ts"
import { checkAny, checkExchange } from "./check-answer.ts"
import { checkLog } from "./check-log.ts"
import { wordOf } from "./marks.ts"
import { type Caller, type Message, validMessage } from "./message.ts"
import { operations } from "./operations.ts"
import { makeRandom } from "./random.ts"
import { type Answer, MalformedAnswer, takeAnswer } from "./read-answers.ts"

const word = wordOf(7)
const id = "953cc770-d1be-5846-a834-71fbe1c6e550"
const caller: Caller = { name: "acme", authorization: "Bearer k", scopes: ["registrations:write"], tenant: "north" }
const subject = { id, tenant: "north", submissionId: undefined }

const requestOf = (name: string, changes: Partial<Message> = {}): Message => {
  const operation = operations.find((one) => one.name === name)
  if (!operation) throw new Error(`no ${name}`)
  const message = validMessage(operation, { number: 7, random: makeRandom(1), callers: [caller], subject })
  return { ...message, headers: [["x-request-id", "r-1"]], ...changes }
}
const withdrawal = requestOf("POST /v1/registrations/{id}/withdrawal")

const answerOf = (status: number, body: object, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: new Headers({ "x-request-id": "r-1", "cache-control": "no-store", ...headers }),
  text: JSON.stringify(body),
  body
})
const problem = (status: number, code: string, members: object = {}, headers: Record<string, string> = {}): Answer =>
  answerOf(
    status,
    { type: `urn:certreg:problem:${code}`, title: "t", status, detail: "d", code, requestId: "r-1", ...members },
    { "content-type": "application/problem+json", ...headers }
  )
const refused = problem(422, "validation_failed", { errors: [{ path: "reason", message: "A rule." }] })

describe("an answer as it should be", () => {
  it("is not found fault with", () => {
    expect(checkExchange(withdrawal, refused, ["secret"])).toEqual([])
    expect(checkAny(answerOf(200, { partnerUserId: word, labels: { a: word }, requestId: word }), [])).toEqual([])
  })
})

describe("an answer that is found fault with", () => {
  it.for<readonly [string, Message, Answer, string]>([
    ["is a bug", withdrawal, problem(500, "internal_error"), "it is a 500"],
    ["has a status that is not described", withdrawal, problem(418, "teapot"), "does not know that status"],
    ["repeats a value", withdrawal, problem(422, "validation_failed", { detail: `not ${word}` }), "detail repeats"],
    ["repeats a NIK", withdrawal, problem(422, "validation_failed", { detail: "9471026112900001" }), "detail repeats"],
    ["repeats a label as something else", withdrawal, problem(409, "wrong_state", { state: word }), "state repeats"],
    [
      "repeats a value in a header",
      withdrawal,
      problem(422, "validation_failed", {}, { allow: word }),
      "a header repeats"
    ],
    [
      "has a header that nobody knows",
      withdrawal,
      problem(422, "validation_failed", {}, { "x-injected": "a" }),
      "x-injected"
    ],
    ["tells a secret", withdrawal, problem(422, "validation_failed", { detail: "a secret" }), "a secret is told"],
    [
      "has another request id",
      withdrawal,
      problem(422, "validation_failed", {}, { "x-request-id": "r-2" }),
      "x-request-id"
    ],
    [
      "is no problem",
      withdrawal,
      answerOf(422, { error: "x" }, { "content-type": "application/problem+json" }),
      "no problem"
    ],
    [
      "serves somebody who may not",
      requestOf("GET /v1/registrations/{id}/events", { caller: { ...caller, tenant: "south" } }),
      answerOf(200, {}, { "content-type": "application/json" }),
      "may not"
    ]
  ])("%s", ([, message, answer, finding]) => {
    expect(checkExchange(message, answer, ["a secret"]).join("\n")).toContain(finding)
  })
})

describe("bytes that are no answer", () => {
  it.for([
    ["a status line", "HTTP/1.1 abc\r\n\r\n"],
    ["another version", "HTTP/2 200 OK\r\ncontent-length: 0\r\n\r\n"],
    ["a header that was split", "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nx: a\rb\r\n\r\n"],
    ["no length", "HTTP/1.1 200 OK\r\nx: a\r\n\r\n"]
  ])("%s", ([, bytes]) => expect(() => takeAnswer(Buffer.from(bytes ?? ""), false)).toThrow(MalformedAnswer))

  it("are waited for, or left for the next one", () => {
    const head = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n"
    expect(takeAnswer(Buffer.from(`${head}{`), false)).toBeUndefined()
    expect(takeAnswer(Buffer.from(`${head}{}next`), false)?.[1].toString()).toBe("next")
    expect(takeAnswer(Buffer.from(`HTTP/1.1 100 Continue\r\n\r\n${head}{}`), false)?.[0].status).toBe(200)
  })
})

describe("a log line", () => {
  const good = '{"level":"info","time":"t","event":"request","requestId":"r-1","status":422}'
  it.for([
    ["forged", `${good}\nforged by a caller`, "no JSON line"],
    ["of an error on stderr", "TypeError: x is not a function", "no JSON line"],
    ["with another member", good.replace("status", "body"), "member body"],
    ["with a value", good.replace('"r-1"', `"r-1","code":"${word}"`), "code repeats a value of request 7"],
    ["of a bug", good.replace('"request"', '"request_failed"'), "an alarm"]
  ])("%s is found fault with", ([, output, finding]) => expect(checkLog(output ?? "", []).join()).toContain(finding))

  it("as it should be is not, whose request id the caller chose", () => {
    expect(checkLog(`${good}\n${good.replace("r-1", word)}\n`, [])).toEqual([])
  })
})

it("a command that was refused and is in the log, or the other way round, is found fault with", () => {
  const accepted = makeAccepted(new Set())
  accepted.note(withdrawal, refused)
  expect(checkAccepted(new Set([`Withdrawn ${id}`]), accepted)).toHaveLength(1)
  accepted.note(withdrawal, answerOf(200, { id }))
  expect(checkAccepted(new Set([`Withdrawn ${id}`]), accepted)).toEqual([])
  accepted.note(requestOf("POST /v1/registrations"), answerOf(201, { id }))
  expect(checkAccepted(new Set(), accepted)).toHaveLength(2)
})

it("the same seed draws the same requests", () => {
  const drawn = (seed: number) => {
    const random = makeRandom(seed)
    return operations.map(
      (operation) => validMessage(operation, { number: 1, random, callers: [caller], subject }).json
    )
  }
  expect(drawn(5)).toEqual(drawn(5))
  expect(drawn(5)).not.toEqual(drawn(6))
})
