import type { Parameter } from "./operation.ts"

const uuid = { type: "string", format: "uuid" }

export const registrationId: Parameter = {
  name: "id",
  in: "path",
  description: "The registration, in any case. Another tenant's is answered like one that does not exist.",
  schema: uuid,
  example: "953cc770-d1be-5846-a834-71fbe1c6e550"
}

export const document: Parameter = {
  name: "document",
  in: "path",
  description: "Which of the two images.",
  schema: { type: "string", enum: ["ktp", "selfie"] },
  example: "ktp"
}

export const wait: Parameter = {
  name: "wait",
  in: "query",
  description:
    "Seconds to hold the answer until there is something for the caller: an end or awaiting_images; with If-None-Match until the revision differs. More than 50 count as 50.",
  schema: { type: "integer", minimum: 0, maximum: 60 },
  example: 20
}

export const asOf: Parameter = {
  name: "asOf",
  in: "query",
  description:
    "Shows it as it was: up to a revision, or up to a time (RFC 3339, with an offset), which counts too. After the last event it is as it is now; before the first there is nothing.",
  schema: {
    anyOf: [
      { type: "integer", minimum: 0 },
      { type: "string", format: "date-time" }
    ]
  },
  example: 1
}

export const ifNoneMatch: Parameter = {
  name: "If-None-Match",
  in: "header",
  description: "Revisions that are known already, compared weakly, or *: 304 when the registration still is at one.",
  schema: { type: "string" },
  example: '"3"'
}

export const idempotencyKey: Parameter = {
  name: "Idempotency-Key",
  in: "header",
  description:
    "1 to 255 printable ASCII characters: the same key with the same body answers the registration that it started.",
  schema: { type: "string", minLength: 1, maxLength: 255, pattern: "^[\\x20-\\x7e]+$" },
  example: "order-2026-0815"
}

/** What every route takes. */
export const common: ReadonlyArray<Parameter> = [
  {
    name: "X-Request-Id",
    in: "header",
    description: "The caller's own id of the request, 1 to 128 of A-Z a-z 0-9 . _ -: answered as it came, and logged.",
    schema: { type: "string" },
    example: "5d0f9a44-0f5e-4a55-9a5e-6e1a52f8b7c3"
  },
  {
    name: "traceparent",
    in: "header",
    description: "W3C Trace Context: the trace is named in the log.",
    schema: { type: "string" },
    example: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
  }
]
