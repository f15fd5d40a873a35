import type { IncomingMessage } from "node:http"
import type { Answer } from "./answers.ts"
import { json } from "./answers.ts"
import { receiveBody } from "./exchange.ts"
import { change } from "./processing.ts"
import { confirmedReport, ledgerReport, userReport } from "./reports.ts"
import { applyScript, parseStage } from "./script.ts"
import type { Simulator } from "./simulator.ts"

type Json = Readonly<Record<string, unknown>>
type Control = (simulator: Simulator, input: Json) => Answer | Promise<Answer>

const done = json(200, {})
const wrong = (...names: ReadonlyArray<string>): Answer => json(400, { wrong: names })
const text = (input: Json, name: string): string | undefined => {
  const value = input[name]
  return typeof value === "string" ? value : undefined
}

const showUser: Control = ({ registry }, input) => {
  const [id, type] = [text(input, "id"), text(input, "type")]
  for (const user of registry.users.values()) {
    if (user.id === id && (type === undefined || user.idType === type)) return json(200, userReport(user))
  }
  return json(404, { wrong: ["id"] })
}

const script: Control = (simulator, input) => {
  const names = applyScript(simulator, input)
  return names.length === 0 ? done : wrong(...names)
}

/** Somebody else's call opens a submission for a user. */
const openElsewhere: Control = ({ registry }, input) => {
  const [id, type] = [text(input, "id"), text(input, "type")]
  if (id === undefined || type === undefined) return wrong("id", "type")
  return json(200, { submissionId: registry.open(registry.user(type, id), undefined).id })
}

/** One more change of a submission, as an operator of the platform could make it. */
const changeSubmission: Control = (simulator, input) => {
  const submission = simulator.registry.submissions.get(text(input, "submissionId") ?? "")
  const stage = parseStage(input["stage"])
  if (submission === undefined || stage === undefined) return wrong("submissionId", "stage")
  change(simulator, submission, stage)
  return done
}

/** Sends any body as a callback, and answers what came back. */
const forgeCallback: Control = async ({ callbacks, options }, input) => {
  const { callbackUrl, callbackMethod, callbackAuth } = options
  const url = text(input, "url") ?? callbackUrl
  const body = text(input, "body") ?? JSON.stringify(input["body"] ?? {})
  if (!URL.canParse(url)) return wrong("url")
  const answer = await callbacks.deliver(body, {
    callbackUrl: url,
    callbackMethod: text(input, "method") ?? callbackMethod,
    callbackAuth: text(input, "auth") ?? callbackAuth
  })
  return json(200, { answer })
}

/** Forgets everything, changed options too, or the ledger alone. */
const reset: Control = ({ contacts, initialOptions, ledger, options, registry, scenarios, sessions }, input) => {
  ledger.clear()
  if (input["ledgerOnly"] === true) return done
  Object.assign(options, initialOptions)
  contacts.clear()
  registry.clear()
  scenarios.clear()
  sessions.clear()
  return done
}

const controls: Readonly<Record<string, Control>> = {
  "GET ledger": (simulator) => json(200, ledgerReport(simulator)),
  "GET users": showUser,
  "GET confirmed": (simulator) => json(200, confirmedReport(simulator)),
  "POST script": script,
  "POST submissions": openElsewhere,
  "POST changes": changeSubmission,
  "POST callback": forgeCallback,
  "POST reset": reset,
  "POST expire-tokens": ({ tokens }) => {
    tokens.expireAll()
    return done
  }
}

export const CONTROL = "/_control/"

const parse = (raw: string): Json | undefined => {
  try {
    const value: unknown = JSON.parse(raw || "{}")
    return typeof value === "object" && value !== null ? (value as Json) : undefined
  } catch {
    return undefined
  }
}

/** The endpoints by which tests and people steer and read the simulator. */
export const control = async (
  simulator: Simulator,
  request: IncomingMessage,
  path: string,
  query: string
): Promise<Answer> => {
  const chunks: Array<Buffer> = []
  await receiveBody(request, (chunk) => chunks.push(chunk))
  const body = parse(Buffer.concat(chunks).toString("utf8"))
  const chosen = controls[`${request.method} ${path.slice(CONTROL.length)}`]
  if (chosen === undefined) return json(404, { wrong: ["path"] })
  return body === undefined
    ? wrong("body")
    : chosen(simulator, { ...Object.fromEntries(new URLSearchParams(query)), ...body })
}
