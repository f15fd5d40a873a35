import type { Answer, PlatformError } from "./answers.ts"
import { refusal } from "./answers.ts"
import { errors, isUuid } from "./contract.ts"
import type { Exchange } from "./exchange.ts"
import { header } from "./exchange.ts"
import type { User } from "./registry.ts"
import type { Scenario } from "./scenarios.ts"
import type { Simulator } from "./simulator.ts"

/** Who calls, as far as the headers tell, and the refusal that they deserve. */
export type Caller =
  | { readonly admitted: true; readonly user: User; readonly session: string | undefined; readonly scenario: Scenario }
  | { readonly admitted: false; readonly refusal: Answer; readonly scenario: Scenario }

/** Secrets of other calls, and headers that no call takes. */
const neverHere = ["client-id", "pass-key", "authorization", "cookie"]
const ONBOARDING = "x-esign-onboarding-partner"

const checkSession = ({ ledger, sessions }: Simulator, exchange: Exchange, user: User): string | undefined => {
  const session = header(exchange, "x-partner-session-id")
  if (session === undefined) {
    ledger.violate("header-missing", exchange.call, "x-partner-session-id")
    return undefined
  }
  if (!isUuid(session)) {
    ledger.violate("session-not-a-uuid", exchange.call)
    return undefined
  }
  exchange.record.session = session
  const misuse = sessions.use(session, exchange.call, user)
  if (misuse !== undefined) ledger.violate("session-reused", exchange.call, misuse)
  return session
}

const missingHeaders = (
  exchange: Exchange,
  withOnboarding: boolean
): ReadonlyArray<readonly [name: string, error: PlatformError]> => [
  ...(header(exchange, "x-partner-user-id") ? [] : [["x-partner-user-id", errors.missingUserId] as const]),
  ...(header(exchange, "x-partner-user-id-type")
    ? []
    : [["x-partner-user-id-type", errors.missingUserIdType] as const]),
  ...(withOnboarding && !header(exchange, ONBOARDING) ? [[ONBOARDING, errors.missingOnboardingPartner] as const] : [])
]

/** Looks at the headers of the calls that are made for a user. Everything wrong is counted; the worst is answered. */
export const admit = (simulator: Simulator, exchange: Exchange): Caller => {
  const { ledger, options, registry, scenarios, tokens } = simulator
  const { call } = exchange
  const withOnboarding = call !== "poll"
  const count = (rule: "header-missing" | "header-not-allowed", name: string) => ledger.violate(rule, call, name)

  for (const name of withOnboarding ? neverHere : [...neverHere, ONBOARDING]) {
    if (exchange.request.headers[name] !== undefined) count("header-not-allowed", name)
  }
  const missing = missingHeaders(exchange, withOnboarding)
  for (const [name] of missing) count("header-missing", name)
  const [id, idType] = [header(exchange, "x-partner-user-id"), header(exchange, "x-partner-user-id-type")]
  const user = id === undefined || idType === undefined ? undefined : registry.user(idType, id)
  const scenario = id === undefined ? scenarios.everybody : scenarios.of(id)
  const session = user === undefined ? undefined : checkSession(simulator, exchange, user)
  if (user !== undefined) registry.note(user, exchange.record)

  const refused = (status: number, ...reasons: ReadonlyArray<PlatformError>): Caller => ({
    admitted: false,
    refusal: refusal(status, reasons),
    scenario
  })
  const token = header(exchange, "x-onekyc-token")
  if (token === undefined) count("header-missing", "x-onekyc-token")
  if (token === undefined || !tokens.valid(token)) return refused(401, errors.unauthorized)
  if (user === undefined || missing.length > 0) return refused(400, ...missing.map(([, error]) => error))
  if (withOnboarding && header(exchange, ONBOARDING) !== options.onboardingPartner) {
    ledger.violate("onboarding-partner-foreign", call)
    return refused(403, errors.foreignOnboardingPartner)
  }
  if (scenario.unknown.length > 0) return refused(400, errors.unknownTestValue)
  return { admitted: true, user, session, scenario }
}
