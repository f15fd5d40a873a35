import { Schema } from "effect"
import { stateNames } from "../../../domain/registration/registration.ts"
import { Registration } from "./answer-schemas.ts"

const optional = Schema.optionalKey

/** A page of the list (contract/service-api §2). */
export const RegistrationPage = Schema.Struct({
  items: Schema.Array(Registration).annotate({ description: "Newest first." }),
  nextCursor: optional(Schema.String.annotate({ description: "Where the next page begins; absent on the last one." }))
}).annotate({ identifier: "RegistrationPage" })

const number = (description: string) => Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)).annotate({ description })
const seconds = (description: string) =>
  optional(Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)).annotate({ description }))

/** Registrations in numbers (contract/service-api §2). */
export const Stats = Schema.Struct({
  byState: Schema.Record(Schema.Literals(Object.values(stateNames)), number("How many are in it.")).annotate({
    description: "Every state is listed, also where there is none."
  }),
  last24h: Schema.Struct({
    requested: number("Requested in the last 24 hours."),
    issued: number("Certificates that came in the last 24 hours."),
    rejected: number("Rejections that came in the last 24 hours."),
    failed: number("Failures that came in the last 24 hours.")
  }).annotate({ description: "Also what came after a registration had ended." }),
  timeToVerdictSeconds: Schema.Struct({
    p50: seconds("Half of them took at most so long."),
    p95: seconds("19 of 20 took at most so long.")
  }).annotate({
    description:
      "From the confirmation to the platform's verdict, of those that came in the last 24 hours. Empty when none came."
  })
}).annotate({ identifier: "Stats" })
