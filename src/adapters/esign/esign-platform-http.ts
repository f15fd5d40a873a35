import { Effect, Layer, Option, Redacted } from "effect"
import type { Dispatcher } from "undici"
import { type Call, EsignPlatform, type PollAnswer } from "../../application/ports/esign-platform.ts"
import { readConfirmed, readRefusal, readUrls } from "./answers.ts"
import { confirmBody } from "./confirm-body.ts"
import type { EsignConfig } from "./esign-config.ts"
import { openHost } from "./host.ts"
import { interpret } from "./outcomes.ts"
import { makePartnerToken } from "./partner-token.ts"
import { readResult } from "./submission-result.ts"
import { fetchToken } from "./token-call.ts"
import { type Outcome, transmit } from "./transmission.ts"

type Request = Pick<Dispatcher.DispatchOptions, "method" | "path" | "body"> & { readonly headers: Array<string> }

const isTurnedAway = (outcome: Outcome): boolean => outcome._tag === "Answer" && outcome.status === 401
/** In the platform's own envelope; what a proxy does not find proves nothing. */
const isNotFound = (outcome: Outcome): boolean =>
  outcome._tag === "Answer" && outcome.status === 404 && Option.isSome(readRefusal(outcome.body))
const notConfirmed = Effect.succeed<PollAnswer>({ _tag: "NotConfirmed" })

const make = Effect.fnUntraced(function* (config: EsignConfig) {
  const { pool, prefix } = yield* openHost(config.baseUrl, config)
  const token = makePartnerToken(fetchToken(yield* openHost(config.tokenBaseUrl, config), config))
  const submissions = `${prefix}/esign-partner/v1/submissions`
  const onboarding = ["x-esign-onboarding-partner", config.onboardingPartner]

  const send = (call: Call, request: Request, partnerToken: string) =>
    Effect.andThen(
      call.mayTransmit,
      transmit(
        pool,
        {
          ...request,
          headers: [
            "x-onekyc-token",
            partnerToken,
            "x-partner-user-id",
            call.user.partnerUserId,
            "x-partner-user-id-type",
            call.user.partnerUserIdType,
            "x-partner-session-id",
            call.sessionId,
            ...request.headers
          ]
        },
        config
      )
    )
  /** Once more under the same session id when the token was turned away; a second 401 is an outage. */
  const exchange = (call: Call, request: Request) =>
    Effect.flatMap(token.current, (first) =>
      Effect.flatMap(send(call, request, first), (outcome) =>
        isTurnedAway(outcome)
          ? Effect.flatMap(token.insteadOf(first), (second) => send(call, request, second))
          : Effect.succeed(outcome)
      )
    )

  return EsignPlatform.of({
    issueUrls: (call) =>
      Effect.flatMap(
        exchange(call, { method: "GET", path: `${submissions}/urls?submissionType=CERT_REG`, headers: onboarding }),
        (outcome) => interpret("urls", outcome, readUrls)
      ),
    confirm: (call, submissionId, personal) =>
      Effect.suspend(() =>
        exchange(call, {
          method: "PUT",
          path: `${submissions}/urls`,
          headers: [...onboarding, "content-type", "application/json"],
          body: confirmBody(submissionId, Redacted.value(personal))
        })
      ).pipe(
        Effect.flatMap((outcome) => interpret("confirm", outcome, (body) => readConfirmed(body, submissionId))),
        Effect.asVoid
      ),
    poll: (call, submissionId) =>
      Effect.flatMap(
        exchange(call, { method: "GET", path: submissions, headers: ["submissionId", submissionId] }),
        (outcome) =>
          isNotFound(outcome) ? notConfirmed : interpret("poll", outcome, (body) => readResult(body, submissionId))
      )
  })
})

/** An Esign platform over HTTP (contract/esign-api). */
export const esignPlatformHttp = (config: EsignConfig): Layer.Layer<EsignPlatform> =>
  Layer.effect(EsignPlatform, make(config))
