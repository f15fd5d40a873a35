import { Effect, Exit, Option, Redacted } from "effect"
import type { PlatformUnavailable } from "../../application/ports/esign-platform.ts"
import { type IssuedToken, readToken } from "./answers.ts"
import type { EsignConfig } from "./esign-config.ts"
import type { Host } from "./host.ts"
import { isSuccess, unavailable } from "./outcomes.ts"
import { type Outcome, transmit } from "./transmission.ts"

/** The only call that carries the credentials (contract/esign-api §3, §4.1). */
export const fetchToken = (
  { pool, prefix }: Host,
  config: EsignConfig
): Effect.Effect<IssuedToken, PlatformUnavailable> =>
  Effect.suspend(() => {
    const began = performance.now()
    return transmit(
      pool,
      {
        method: "GET",
        path: `${prefix}/v1/esign/partner/authentication`,
        headers: ["client-id", config.clientId, "pass-key", Redacted.value(config.passKey)]
      },
      config
    ).pipe(
      Effect.flatMap((outcome) => {
        const token = tokenIn(outcome)
        config.onToken?.(Exit.isSuccess(token) ? "ok" : "unavailable", (performance.now() - began) / 1000)
        return token
      })
    )
  })

/** Whatever is said of the credentials, the call that needs the token was not made. */
const tokenIn = (outcome: Outcome): Exit.Exit<IssuedToken, PlatformUnavailable> => {
  const token = outcome._tag === "Answer" && isSuccess(outcome.status) ? readToken(outcome.body) : Option.none()
  return Option.isSome(token) ? Exit.succeed(token.value) : unavailable("token", outcome, "none")
}
