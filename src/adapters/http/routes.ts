import type { Effect } from "effect"
import type { HTTPMethods } from "fastify"
import { esignCallback, esignCallbackProbe } from "./esign-callback.ts"
import { getHistory } from "./get-history.ts"
import { getRegistration } from "./get-registration.ts"
import { getLive, getReady } from "./health-routes.ts"
import { postRegistration } from "./post-registration.ts"
import { postWithdrawal } from "./post-withdrawal.ts"
import { putImage } from "./put-image.ts"

const on = <Handle>(methods: ReadonlyArray<HTTPMethods>, url: string, handle: Handle) => ({ methods, url, handle })

/** Everything that is served: what needs a row in the table of problems, and which services, follows from this list. */
export const routes = [
  on(["POST"], "/v1/registrations", postRegistration),
  on(["GET"], "/v1/registrations/:id", getRegistration),
  on(["PUT"], "/v1/registrations/:id/documents/:document", putImage),
  on(["GET"], "/v1/registrations/:id/events", getHistory),
  on(["POST"], "/v1/registrations/:id/withdrawal", postWithdrawal),
  on(["POST", "PUT", "PATCH"], "/v1/esign/callback", esignCallback),
  on(["GET", "HEAD"], "/v1/esign/callback", esignCallbackProbe),
  on(["GET", "HEAD"], "/health/live", getLive),
  on(["GET", "HEAD"], "/health/ready", getReady)
] as const

type Handled = ReturnType<(typeof routes)[number]["handle"]>
export type RouteError = Effect.Error<Handled>
export type RouteServices = Effect.Services<Handled>
