import { Effect, Result } from "effect"
import type { FastifyRequest } from "fastify"
import { Log } from "../../../application/ports/log.ts"
import { Telemetry } from "../../../application/ports/telemetry.ts"
import { recordCallback } from "../../../application/use-cases/record-callback.ts"
import type { Answer } from "../answer/answer.ts"
import { HttpSettings } from "../http-settings.ts"
import { callbackLimit, checkEncoding, parseJson, readBytes, readText } from "../request/body.ts"
import { challengeOf, isFromPlatform } from "../request/callback-auth.ts"
import { readCallback } from "../request/callback-body.ts"
import type { Overloaded, Unauthenticated } from "../request-errors.ts"

const received: Answer = { status: 200, body: { received: true } }

/**
 * `POST|PUT|PATCH /v1/esign/callback` (contract/service-api §2, contract/esign-api §6). Everything that is JSON is answered 200 once
 * recorded, so that the platform does not send it again; neither `Content-Type` nor query is looked at.
 */
export const esignCallback = Effect.fnUntraced(function* (request: FastifyRequest) {
  const { callbackAuth, partnerUserIdType, admitCallback } = yield* HttpSettings
  if (!isFromPlatform(callbackAuth, request.raw.headersDistinct))
    return yield* Effect.fail<Unauthenticated>({ _tag: "Unauthenticated", challenge: challengeOf(callbackAuth) })
  // Only what the platform itself sends uses up what it may send; it sends a refused one again, and a poll finds out anyway.
  const seconds = admitCallback()
  if (seconds !== undefined) return yield* Effect.fail<Overloaded>({ _tag: "Overloaded", seconds })
  yield* Effect.fromResult(checkEncoding(request.raw))
  const text = yield* Effect.fromResult(readText(yield* readBytes(request.raw, callbackLimit)))
  const body = yield* Effect.fromResult(text.trim() === "" ? Result.succeed(undefined) : parseJson(text))
  const callback = readCallback(body, partnerUserIdType)
  if (callback === undefined) {
    yield* countPing(request)
    return received
  }
  request.registrationId = yield* recordCallback(callback)
  return received
})

const countPing = Effect.fnUntraced(function* ({ id: requestId, traceId }: FastifyRequest) {
  const { callbackPinged } = yield* Telemetry
  const { info } = yield* Log
  info("callback_ping", { requestId, ...(traceId && { traceId }), count: callbackPinged() })
})

/** A look at the address, by a person or a probe: nothing is recorded. */
export const esignCallbackProbe = () => Effect.succeed<Answer>({ status: 200, body: {} })
