import type { Effect } from "effect"
import type { HTTPMethods } from "fastify"
import type { Demand } from "../admission/admission.ts"
import { deletePersonalData } from "./delete-personal-data.ts"
import { esignCallback, esignCallbackProbe } from "./esign-callback.ts"
import { getCheckpoint } from "./get-checkpoint.ts"
import { getFeed } from "./get-feed.ts"
import { getHistory } from "./get-history.ts"
import { getMetrics } from "./get-metrics.ts"
import { getRegistration } from "./get-registration.ts"
import { getRegistrations } from "./get-registrations.ts"
import { getStats } from "./get-stats.ts"
import { getUploadUrls } from "./get-upload-urls.ts"
import { getLive, getReady } from "./health-routes.ts"
import { deleteHold, putHold } from "./legal-hold.ts"
import { getAsyncApi, getDocs, getOpenApi } from "./openapi-routes.ts"
import { postDocuments } from "./post-documents.ts"
import { postRegistration } from "./post-registration.ts"
import { postWithdrawal } from "./post-withdrawal.ts"
import { putImage } from "./put-image.ts"

const on = <const Methods extends ReadonlyArray<HTTPMethods>, const Url extends string, Handle>(
  methods: Methods,
  url: Url,
  handle: Handle,
  /** When there is too much to do the route may refuse; without one it never does. */
  demand?: Demand
) => ({ methods, url, handle, demand })

/** Everything that is served, HEAD wherever GET is: what needs a row in the table of problems, and which services, follows from this list. */
export const routes = [
  on(["POST"], "/v1/registrations", postRegistration, "command"),
  on(["GET"], "/v1/registrations", getRegistrations, "read"),
  on(["GET"], "/v1/registrations/:id", getRegistration, "read"),
  on(["PUT"], "/v1/registrations/:id/documents/:document", putImage, "upload"),
  on(["GET"], "/v1/registrations/:id/upload-urls", getUploadUrls, "read"),
  on(["POST"], "/v1/registrations/:id/documents", postDocuments, "upload"),
  on(["GET"], "/v1/registrations/:id/events", getHistory, "read"),
  on(["POST"], "/v1/registrations/:id/withdrawal", postWithdrawal, "command"),
  // It may wait for others to leave the vault's file, and is not a command that others would wait for.
  on(["DELETE"], "/v1/registrations/:id/personal-data", deletePersonalData, "upload"),
  on(["PUT"], "/v1/registrations/:id/hold", putHold, "command"),
  on(["DELETE"], "/v1/registrations/:id/hold", deleteHold, "command"),
  on(["GET"], "/v1/stats", getStats, "read"),
  on(["GET"], "/v1/feed", getFeed, "read"),
  on(["GET"], "/v1/checkpoint", getCheckpoint, "read"),
  on(["POST", "PUT", "PATCH"], "/v1/esign/callback", esignCallback),
  on(["GET"], "/v1/esign/callback", esignCallbackProbe),
  on(["GET"], "/health/live", getLive),
  on(["GET"], "/health/ready", getReady),
  on(["GET"], "/metrics", getMetrics),
  on(["GET"], "/openapi.json", getOpenApi),
  on(["GET"], "/asyncapi.json", getAsyncApi),
  on(["GET"], "/docs", getDocs)
] as const

type Route = (typeof routes)[number]
/** Such as `GET /health/live`. */
export type RouteKey = Route extends infer R
  ? R extends { readonly methods: ReadonlyArray<infer M extends string>; readonly url: infer U extends string }
    ? `${M} ${U}`
    : never
  : never

type Handled = ReturnType<Route["handle"]>
export type RouteError = Effect.Error<Handled>
export type RouteServices = Effect.Services<Handled>
