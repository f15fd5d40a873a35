import type { HttpService } from "./http-service.ts"
import { checkAnswer } from "./openapi.ts"

export type Json = Record<string, unknown>
type Asked = { readonly as?: string; readonly json?: unknown; readonly headers?: Record<string, string> }
type Answered = { readonly status: number; readonly headers: Headers; readonly body: Json }

/** Asks a service for what is JSON; each answer is one that the document describes. */
export const asking =
  (service: HttpService) =>
  async (method: string, path: string, { as = "acme", json, headers = {} }: Asked = {}): Promise<Answered> => {
    const response = await service.call(method, path, {
      as,
      headers: { ...(json === undefined ? {} : { "content-type": "application/json" }), ...headers },
      ...(json === undefined ? {} : { body: typeof json === "string" ? json : JSON.stringify(json) })
    })
    const text = await response.text()
    const answer = { status: response.status, headers: response.headers, text, body: JSON.parse(text || "{}") as Json }
    checkAnswer(method, path, answer)
    return answer
  }
export type Ask = ReturnType<typeof asking>
