import { stateNames } from "../../../domain/registration/registration.ts"
import { defaultLimit, maxLimit } from "../request/list-query.ts"
import type { Parameter } from "./operation.ts"

const word = (maxLength: number) => ({
  type: "string",
  minLength: 1,
  maxLength,
  pattern: `^[A-Za-z0-9._:|-]{1,${maxLength}}$`
})
const instant = { type: "string", format: "date-time" }

/** What a list of registrations may be asked for. */
export const listParameters: ReadonlyArray<Parameter> = [
  {
    name: "partnerUserId",
    in: "query",
    description: "Those of one partner user: the caller's own id of it, to the letter. No NIK and no mobile number.",
    schema: word(128),
    example: "user-42"
  },
  {
    name: "partnerUserIdType",
    in: "query",
    description: "Those whose id is of this type.",
    schema: word(64),
    example: "ACME_USER_ID"
  },
  {
    name: "state",
    in: "query",
    description: "Those in this state.",
    schema: { type: "string", enum: Object.values(stateNames) },
    example: "issued"
  },
  {
    name: "requestedFrom",
    in: "query",
    description: "Those that were requested at this time or later.",
    schema: instant,
    example: "2026-11-23T00:00:00+07:00"
  },
  {
    name: "requestedTo",
    in: "query",
    description: "Those that were requested before this time.",
    schema: instant,
    example: "2026-11-24T00:00:00+07:00"
  },
  {
    name: "limit",
    in: "query",
    description: "How many an answer has at most.",
    schema: { type: "integer", minimum: 1, maximum: maxLimit, default: defaultLimit },
    example: 100
  },
  {
    name: "cursor",
    in: "query",
    description: "The nextCursor of the page before. The other parameters are sent as before.",
    schema: { type: "string", minLength: 1, maxLength: 200 }
  }
]
