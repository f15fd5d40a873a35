import type { Answer } from "./answers.ts"
import { refusal, storageError, writeAnswer } from "./answers.ts"
import { errors } from "./contract.ts"
import type { Exchange } from "./exchange.ts"
import type { Fault } from "./faults.ts"
import type { Options } from "./options.ts"

const usual = {
  400: errors.badRequest,
  401: errors.unauthorized,
  403: errors.foreignOnboardingPartner,
  404: errors.noSuchPartnerUser,
  429: errors.tooManyRequests
} as const

const usualAtStorage: Readonly<Record<number, readonly [code: string, message: string]>> = {
  400: ["InvalidRequest", "Invalid Request"],
  401: ["AccessDenied", "Access Denied"],
  403: ["AccessDenied", "Access Denied"],
  404: ["NoSuchBucket", "The specified bucket does not exist"],
  411: ["MissingContentLength", "You must provide the Content-Length HTTP header."],
  429: ["SlowDown", "Please reduce your request rate."],
  503: ["SlowDown", "Please reduce your request rate."]
}

const answerOf = (fault: Fault & { readonly kind: "answer" }, atStorage: boolean): Answer => {
  const { status, code, cause, text } = fault
  const headers = { ...(status === 429 ? { "retry-after": "1" } : {}), ...fault.headers }
  if (text !== undefined) return { status, body: text, headers: { "content-type": "text/html", ...headers } }
  if (atStorage) {
    const [usualCode, message] = usualAtStorage[status] ?? ["InternalError", "We encountered an internal error."]
    return storageError(status, code ?? usualCode, cause ?? message, headers)
  }
  const standard = status in usual ? usual[status as keyof typeof usual] : errors.generic
  return refusal(status, [{ code: code ?? standard.code, cause: cause ?? standard.cause }], headers)
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref())

/** Says the first half of an answer and promises more than the whole of it. */
const cut = ({ response }: Exchange, answer: Answer, skewMs: number): void => {
  const whole = answer.status === 204 ? { ...answer, status: 200 } : answer
  writeAnswer(
    response,
    { ...whole, body: whole.body.slice(0, whole.body.length / 2) },
    skewMs,
    Buffer.byteLength(whole.body) + 1
  )
  // Not at once: a reset would take back from the receiver what it has not read yet.
  setTimeout(() => response.destroy(), 20).unref()
}

/** Lets a fault strike. False: the call goes on as if nothing had happened. */
export const strike = async (fault: Fault, exchange: Exchange, options: Options, answer: Answer): Promise<boolean> => {
  const { request, response } = exchange
  switch (fault.kind) {
    case "pass":
    case "fields":
      return false
    case "slow":
      await wait(fault.ms ?? options.slowMs)
      return false
    case "drop":
      request.socket.destroy()
      return true
    case "hang":
      request.resume()
      setTimeout(() => request.socket.destroy(), options.hangMs).unref()
      return true
    case "cut":
      cut(exchange, answer, options.dateSkewMs)
      return true
    case "answer":
      writeAnswer(response, answerOf(fault, exchange.call === "put"), options.dateSkewMs)
      // Who answers early still reads on: a reset would take the answer away from a sender that is busy writing.
      request.resume()
      return true
  }
}
