import { Schema } from "effect"
import { Live, Readiness, Received } from "../answer/answer-schemas.ts"
import { curl, withJson } from "./curl.ts"
import { callbackExample, readinessExample } from "./examples.ts"
import type { Operation } from "./operation.ts"
import { always, ofJson } from "./problem-sets.ts"

const json = "application/json"

const callback = {
  id: "receiveCallback",
  group: "Platform",
  summary: "Receive a callback",
  description:
    "For the platform: what it says here is a hint, and only its own answer to a question of ours moves a registration. Answered once recorded, also for what is not known here. The credentials are those of ESIGN_CALLBACK_AUTH; neither Content-Type nor query is looked at.",
  security: ["callbackBasic", "callbackBearer", "callbackHeader"],
  body: {
    description: "JSON of at most 64 KiB. Without a submissionId, or empty, it is a ping.",
    isRequired: false,
    contents: [{ mediaType: json, schema: Schema.Unknown, example: callbackExample }]
  },
  answers: {
    200: {
      description: "Recorded.",
      content: { mediaType: json, schema: Received, example: { received: true } }
    }
  },
  problems: [...always, ...ofJson, "unauthenticated", "unavailable"],
  curl: curl("$URL/v1/esign/callback", "-H 'authorization: Bearer …'", withJson(callbackExample))
} as const satisfies Operation

const callbackProbe = {
  id: "probeCallback",
  group: "Platform",
  summary: "Probe the callback address",
  description: "For people and probes; nothing is recorded.",
  answers: { 200: { description: "It is.", content: { mediaType: json, schema: Schema.Struct({}), example: {} } } },
  problems: always,
  curl: curl("$URL/v1/esign/callback")
} as const satisfies Operation

const live = {
  id: "getLiveness",
  group: "Health",
  summary: "Liveness",
  description: "For an orchestrator that restarts what does not answer.",
  answers: {
    200: { description: "It is.", content: { mediaType: json, schema: Live, example: { status: "live" } } }
  },
  problems: always,
  curl: curl("$URL/health/live")
} as const satisfies Operation

const readiness = { mediaType: json, schema: Readiness, example: readinessExample }
const ready = {
  id: "getReadiness",
  group: "Health",
  summary: "Readiness",
  description: "For a load balancer: event store and keys work, and the service is not stopping.",
  answers: {
    200: { description: "Commands are accepted.", content: readiness },
    503: { description: "They are not.", content: readiness }
  },
  problems: always,
  curl: curl("$URL/health/ready")
} as const satisfies Operation

const metrics = {
  id: "getMetrics",
  group: "Health",
  summary: "Metrics",
  description: "In the text format of Prometheus, for whoever collects them. No value of a request is in it.",
  answers: { 200: { description: "What is measured.", content: { mediaType: "text/plain" } } },
  problems: always,
  curl: curl("$URL/metrics")
} as const satisfies Operation

const page = (id: string, summary: string, mediaType: string, path: string) =>
  ({
    id,
    group: "Documentation",
    summary,
    description: "Made from what validates requests.",
    answers: { 200: { description: "The description.", content: { mediaType } } },
    problems: always,
    curl: curl(`$URL${path}`)
  }) as const satisfies Operation

const openApi = page("getOpenApi", "This description, for programs", json, "/openapi.json")
const asyncApi = {
  ...page("getAsyncApi", "The messages on Kafka and in the feed, for programs", json, "/asyncapi.json"),
  description: "An AsyncAPI 3.0 document, made from the schemas of the messages."
} as const satisfies Operation
const docs = page("getDocs", "This description, for people", "text/html", "/docs")

export const serviceOperations = {
  "POST /v1/esign/callback": callback,
  "PUT /v1/esign/callback": callback,
  "PATCH /v1/esign/callback": callback,
  "GET /v1/esign/callback": callbackProbe,
  "GET /health/live": live,
  "GET /health/ready": ready,
  "GET /metrics": metrics,
  "GET /openapi.json": openApi,
  "GET /asyncapi.json": asyncApi,
  "GET /docs": docs
} as const satisfies { readonly [key: string]: Operation }
