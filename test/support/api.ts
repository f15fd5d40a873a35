import { setTimeout as sleep } from "node:timers/promises"
import { patience } from "./eventually.ts"
import { jpeg } from "./images.ts"
import { checkAnswer } from "./openapi.ts"
import { registrationRequest } from "./registration-request.ts"
import type { Erasure } from "./signed-receipt.ts"

export type Json = { readonly [name: string]: unknown }
export type Document = "ktp" | "selfie"
export type State =
  | "requested"
  | "awaiting_images"
  | "ready_to_confirm"
  | "awaiting_verdict"
  | "identity_verified"
  | "issued"
  | "rejected"
  | "failed"
  | "withdrawn"
  | "expired"

/** A registration as the API shows it; what a test looks at. */
export interface Resource {
  readonly id: string
  readonly attempt: number
  readonly state: State
  readonly revision: number
  readonly documents: { readonly [D in Document]: { readonly uploaded: boolean; readonly sha256?: string } }
  readonly submissionId?: string
  readonly certificate?: { readonly registrationId?: string; readonly issuedAt: string }
  readonly rejection?: { readonly reasonCode?: string; readonly verification?: Json }
  readonly failure?: { readonly reasonCode?: string; readonly platformCode?: string }
  readonly verdictPending?: boolean
  readonly personalData: "sealed" | "erased"
  readonly erasure?: Erasure
  readonly hold?: { readonly reason: string; readonly until: string; readonly erasureRequested?: true }
}

export interface HistoryEvent {
  readonly stream: string
  readonly id: string
  readonly type: string
  readonly version: number
  readonly revision: number
  readonly recordedAt: string
  readonly actor: { readonly kind: string; readonly id: string }
  readonly correlationId: string
  readonly causationId?: string
  readonly data: Json
  readonly previousHash: string
  readonly hash: string
}
export interface History {
  readonly registration: Resource
  readonly events: ReadonlyArray<HistoryEvent>
}

export interface Answer<Body = Json> {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: Body
}
export interface Sent {
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as it is. */
  readonly body?: RequestInit["body"]
  /** Sent as JSON. */
  readonly json?: unknown
  readonly signal?: AbortSignal
}

/** What the service says when more is asked than it can do in time. */
const overload = /More is asked/
const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

const ends: ReadonlySet<State> = new Set(["issued", "rejected", "failed", "withdrawn", "expired"])
export const isEnd = ({ state }: Pick<Resource, "state">): boolean => ends.has(state)

/** Makes partner user ids that no other test uses; `values` are test values of the simulator, parted by spaces. */
export const usersOf = (prefix: string) => {
  let count = 0
  return (values = ""): string => [`${prefix}-${++count}`, ...values.split(" ").filter(Boolean)].join(".sim-")
}

/** The API as one client uses it. `url` is asked at each call: a service that is started again has another one. */
export const apiOf = (url: () => string, key: string) => {
  const send = async <Body = Json>(method: string, path: string, sent: Sent = {}): Promise<Answer<Body>> => {
    const { headers = {}, json, signal } = sent
    const body = json === undefined ? sent.body : JSON.stringify(json)
    const response = await fetch(url() + path, {
      method,
      headers: {
        ...(key === "" ? {} : { authorization: `Bearer ${key}` }),
        ...(json === undefined ? {} : { "content-type": "application/json" }),
        ...headers
      },
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
      duplex: "half"
    } as RequestInit)
    const text = await response.text()
    const answer = { status: response.status, headers: response.headers, text, body: parse(text) as Body }
    checkAnswer(method, path, answer)
    return answer
  }

  /** Asks again what was refused before it was begun: a machine may be too slow for a moment. */
  const patiently = async <Body>(ask: () => Promise<Answer<Body>>): Promise<Answer<Body>> => {
    for (const deadline = Date.now() + patience; ; ) {
      const answer = await ask()
      if (answer.status !== 503 || !overload.test(answer.text) || Date.now() > deadline) return answer
      await sleep(100)
    }
  }
  const expecting = async <Body>(status: number, what: string, ask: () => Promise<Answer<Body>>): Promise<Body> => {
    const { status: actual, text, body } = await patiently(ask)
    if (actual !== status) throw new Error(`${what} was answered ${actual}, not ${status}: ${text}`)
    return body
  }

  const path = (id: string) => `/v1/registrations/${id}`
  const post = (body: unknown, headers?: Sent["headers"]) =>
    send<Resource>("POST", "/v1/registrations", { json: body, ...(headers ? { headers } : {}) })
  const put = (id: string, document: Document, image: Uint8Array<ArrayBuffer>, contentType = "image/jpeg") =>
    send<Resource>("PUT", `${path(id)}/documents/${document}`, {
      body: image,
      headers: { "content-type": contentType }
    })
  const get = (id: string) => expecting(200, "GET", () => send<Resource>("GET", path(id)))
  const history = (id: string) => expecting(200, "GET …/events", () => send<History>("GET", `${path(id)}/events`))
  const withdraw = (id: string, reason = "applicant_request") =>
    send<Resource>("POST", `${path(id)}/withdrawal`, { json: { reason } })

  /** Holds a GET until the registration is as it is waited for. */
  const until = async (id: string, wanted: State | ((now: Resource) => boolean)): Promise<Resource> => {
    const holds = typeof wanted === "string" ? ({ state }: Resource) => state === wanted : wanted
    const deadline = Date.now() + patience
    for (let now = await get(id); ; ) {
      if (holds(now)) return now
      const { state, revision } = now
      if (Date.now() > deadline || (typeof wanted === "string" && isEnd(now)))
        throw new Error(`${id} is ${state} at revision ${revision}; waited for ${wanted}`)
      const answer = await send<Resource>("GET", `${path(id)}?wait=5`, {
        headers: { "if-none-match": `"${revision}"` }
      })
      if (answer.status === 200) now = answer.body
      else await sleep(20)
    }
  }

  const start = (partnerUserId: string, fields: Json = {}, headers?: Sent["headers"]): Promise<Resource> =>
    expecting(201, "POST", () => post(registrationRequest({ partnerUserId, ...fields }), headers))

  /** An upload waits for URLs, but not for as long as a slow machine may take. */
  const untilUrls = (id: string) => until(id, ({ state }) => state !== "requested")

  /** Sends what is missing until both images are there, and answers every status that came. */
  const uploadBoth = async (id: string, images = { ktp: jpeg(), selfie: jpeg() }): Promise<ReadonlyArray<number>> => {
    const statuses: Array<number> = []
    await untilUrls(id)
    const isThere = (now: Resource) => now.state !== "requested" && now.state !== "awaiting_images"
    for (const deadline = Date.now() + patience; Date.now() < deadline; ) {
      const { documents } = await get(id)
      for (const document of ["ktp", "selfie"] as const) {
        if (documents[document].uploaded) continue
        const { status, text } = await put(id, document, images[document])
        if (status !== 200 && status !== 502 && status !== 503)
          throw new Error(`PUT ${document} ${id}: ${status} ${text}`)
        statuses.push(status)
      }
      if (isThere(await get(id))) return statuses
    }
    throw new Error(`the images of ${id} never got through: ${statuses}`)
  }

  /** Everything that a partner does of its own accord. Answers the registration's id. */
  const register = async (partnerUserId: string, fields?: Json): Promise<string> => {
    const { id } = await start(partnerUserId, fields)
    await untilUrls(id)
    await Promise.all([
      expecting(200, "PUT ktp", () => put(id, "ktp", jpeg())),
      expecting(200, "PUT selfie", () => put(id, "selfie", jpeg()))
    ])
    return id
  }

  return { key, send, post, put, get, history, withdraw, until, start, uploadBoth, register }
}
export type Api = ReturnType<typeof apiOf>
