import { refusal, success } from "./answers.ts"
import { errors } from "./contract.ts"
import type { Exchange, Prepared } from "./exchange.ts"
import { header } from "./exchange.ts"
import type { Simulator } from "./simulator.ts"

const neverHere = [
  "x-onekyc-token",
  "x-esign-onboarding-partner",
  "x-partner-user-id",
  "x-partner-user-id-type",
  "x-partner-session-id",
  "authorization",
  "cookie"
]

/** Get partner token (contract 4.1). */
export const prepareToken = (simulator: Simulator, exchange: Exchange): Prepared => {
  const { ledger, options, scenarios, tokens } = simulator
  for (const name of neverHere) {
    if (exchange.request.headers[name] !== undefined) ledger.violate("header-not-allowed", "token", name)
  }
  const [clientId, passKey] = [header(exchange, "client-id"), header(exchange, "pass-key")]
  if (clientId === undefined) ledger.violate("header-missing", "token", "client-id")
  if (passKey === undefined) ledger.violate("header-missing", "token", "pass-key")

  return {
    scenario: scenarios.everybody,
    faultPoints: ["token"],
    receive: async () => true,
    take: () => {
      if (clientId === undefined || passKey === undefined) {
        return refusal(400, [
          ...(clientId === undefined ? [errors.missingClientId] : []),
          ...(passKey === undefined ? [errors.missingPassKey] : [])
        ])
      }
      if (clientId !== options.clientId || passKey !== options.passKey) return refusal(401, [errors.unauthorized])
      const issued = tokens.issue(options.tokenTtl, options.tokensPerMinute)
      if (issued === undefined) {
        ledger.violate("tokens-fetched-too-often", "token")
        return refusal(429, [errors.tooManyRequests], { "retry-after": "10" })
      }
      return success({
        token: issued.token,
        expiry_seconds: String(options.tokenTtl),
        expires_at: String(Math.floor(issued.expiresAt / 1000))
      })
    },
    delivered: () => {}
  }
}
