import { RegistrationPage, Stats } from "../answer/list-schemas.ts"
import { curl, withKey } from "./curl.ts"
import { registrationPageExample, statsExample } from "./list-examples.ts"
import { listParameters } from "./list-parameters.ts"
import type { Operation } from "./operation.ts"
import { keyed } from "./problem-sets.ts"

const group = "Registrations"
const json = "application/json"

export const listOperations = {
  "GET /v1/registrations": {
    id: "listRegistrations",
    group,
    summary: "List registrations",
    description:
      "The tenant's registrations, with audit:read those of all tenants, newest first; a moment behind what was answered last. Whoever follows nextCursor to the end gets each one that was there when he began, once, whatever is requested meanwhile.",
    scope: "registrations:read",
    parameters: listParameters,
    answers: {
      200: {
        description: "A page.",
        content: { mediaType: json, schema: RegistrationPage, example: registrationPageExample }
      }
    },
    problems: [...keyed, "unavailable"],
    curl: curl('"$URL/v1/registrations?state=issued&limit=100"', withKey)
  },
  "GET /v1/stats": {
    id: "getStats",
    group,
    summary: "Count registrations",
    description:
      "How many registrations of the tenant, with audit:read of all tenants, are in each state; what was requested and what came out in the last 24 hours; and how long the platform's verdicts took.",
    scope: "registrations:read",
    answers: {
      200: { description: "The numbers.", content: { mediaType: json, schema: Stats, example: statsExample } }
    },
    problems: [...keyed, "unavailable"],
    curl: curl("$URL/v1/stats", withKey)
  }
} as const satisfies { readonly [key: string]: Operation }
