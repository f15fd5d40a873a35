import type { ServerResponse } from "node:http"

/** What is answered to a call, before a fault has its way with it. */
export interface Answer {
  readonly status: number
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

export interface PlatformError {
  readonly code: string
  readonly cause: string
}

const JSON_TYPE = { "content-type": "application/json" }
const XML_TYPE = { "content-type": "application/xml" }

export const json = (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  body: JSON.stringify(value),
  headers: { ...JSON_TYPE, ...headers }
})

export const success = (data: object): Answer => ({
  status: 200,
  body: JSON.stringify({ success: true, data }),
  headers: JSON_TYPE
})

export const refusal = (
  status: number,
  errors: ReadonlyArray<PlatformError>,
  headers?: Readonly<Record<string, string>>
): Answer => json(status, { success: false, errors }, headers)

/** What an S3-like storage says when it says no. */
export const storageError = (
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {}
): Answer => ({
  status,
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  headers: { ...XML_TYPE, ...headers }
})

/** `promised` bytes are announced; fewer that are sent are a cut answer, and the connection is closed by the caller. */
export const writeAnswer = (response: ServerResponse, answer: Answer, skewMs: number, promised?: number): void => {
  if (response.destroyed) return
  if (skewMs !== 0) response.setHeader("date", new Date(Date.now() + skewMs).toUTCString())
  const length = promised ?? Buffer.byteLength(answer.body)
  response.writeHead(
    answer.status,
    answer.status === 204 ? answer.headers : { ...answer.headers, "content-length": length }
  )
  if (promised === undefined) response.end(answer.body)
  else response.write(answer.body)
}
