import type { Answer } from "./answers.ts"
import { success, writeAnswer } from "./answers.ts"
import { prepareConfirm } from "./confirm-call.ts"
import type { Call } from "./contract.ts"
import type { Exchange, Prepared } from "./exchange.ts"
import { hasBody } from "./exchange.ts"
import { strike } from "./fault-strike.ts"
import type { CallRecord } from "./ledger.ts"
import { preparePoll } from "./poll-call.ts"
import { preparePut } from "./put-call.ts"
import type { Simulator } from "./simulator.ts"
import { prepareToken } from "./token-call.ts"
import { prepareUrls } from "./urls-call.ts"

const endpoints: Readonly<Record<string, Call>> = {
  "GET /v1/esign/partner/authentication": "token",
  "GET /esign-partner/v1/submissions/urls": "urls",
  "PUT /esign-partner/v1/submissions/urls": "confirm",
  "GET /esign-partner/v1/submissions": "poll"
}

/** Which call of the contract a request is. */
export const callOf = ({ urls }: Simulator, method: string | undefined, path: string): Call | undefined =>
  endpoints[`${method} ${path}`] ?? (method === "PUT" && urls.nameIn(path) !== undefined ? "put" : undefined)

const prepare = (simulator: Simulator, exchange: Exchange): Prepared => {
  switch (exchange.call) {
    case "token":
      return prepareToken(simulator, exchange)
    case "urls":
      return prepareUrls(simulator, exchange)
    case "put":
      return preparePut(simulator, exchange, simulator.urls.nameIn(exchange.path) ?? "")
    case "confirm":
      return prepareConfirm(simulator, exchange)
    case "poll":
      return preparePoll(simulator, exchange)
  }
}

/** A poll's result with some fields replaced; what it tells then is what it has told. */
const withFields = (answer: Answer, fields: Readonly<Record<string, unknown>>, record: CallRecord): Answer => {
  if (answer.status !== 200) return answer
  const { data } = JSON.parse(answer.body) as { readonly data: object }
  if (typeof fields["status"] === "string") record.said = fields["status"]
  return success({ ...data, ...fields })
}

const nothing = { status: 200, body: "", headers: {} }

/** One call from its headers to its answer, with the fault that is due. */
export const answerCall = async (simulator: Simulator, exchange: Exchange): Promise<void> => {
  const { ledger, options, scenarios } = simulator
  const { call, record, request, response } = exchange
  ledger.calls[call]++
  response.once("close", () => {
    record.status = response.writableFinished ? response.statusCode : "dropped"
    ledger.answered(call, record.status)
  })
  if (request.method === "GET" && hasBody(request)) ledger.violate("body-not-expected", call)

  const prepared = prepare(simulator, exchange)
  const fault = scenarios.nextFault(prepared.scenario, prepared.faultPoints)
  if (fault !== undefined) record.fault = fault.name
  if (fault?.moment === "early" && (await strike(fault, exchange, options, nothing))) return
  if (!(await prepared.receive())) {
    if (call === "put") ledger.abortedUploads++
    return
  }
  if (fault?.moment === "before" && (await strike(fault, exchange, options, nothing))) return
  const answer = prepared.take()
  if (fault?.moment === "after" && (await strike(fault, exchange, options, answer))) return
  response.once("finish", prepared.delivered)
  const told = fault?.kind === "fields" ? withFields(answer, fault.fields, record) : answer
  writeAnswer(response, told, options.dateSkewMs)
}
