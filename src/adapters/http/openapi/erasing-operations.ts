import { LegalHold } from "../../../domain/registration/legal-hold.ts"
import { erasedExample, holdEndedExample, holdExample, onHoldExample } from "./audit-examples.ts"
import { curl, withJson, withKey } from "./curl.ts"
import type { Operation } from "./operation.ts"
import { registrationId } from "./parameter-docs.ts"
import { ofJson, ofOne } from "./problem-sets.ts"
import { registrationAnswered } from "./registration-operations.ts"

const group = "Personal data"
const scope = "personal-data:erase"
const json = "application/json"
const parameters = [registrationId]

export const erasingOperations = {
  "DELETE /v1/registrations/:id/personal-data": {
    id: "erasePersonalData",
    group,
    summary: "Erase personal data",
    description:
      "Destroys the key that opens the registration's personal data, for good; an open registration is withdrawn first. Answered once no byte of the key is left, with a signed receipt; again it is answered with the same receipt. While a hold stands the request is recorded and carried out when it ends. The key erases in its own tenant, with audit:read in any.",
    scope,
    parameters,
    answers: { 200: registrationAnswered(erasedExample) },
    problems: [...ofOne, "on_hold"],
    curl: curl("-X DELETE $URL/v1/registrations/$ID/personal-data", withKey)
  },
  "PUT /v1/registrations/:id/hold": {
    id: "placeHold",
    group,
    summary: "Place a legal hold",
    description:
      "Keeps the personal data for the law until a time: before it nothing erases it, neither a request nor its age. Another hold takes the place of the one that stands; the same again changes nothing.",
    scope,
    parameters,
    body: {
      description: "Why, in words that are not personal data (they are kept in clear), and until when.",
      isRequired: true,
      contents: [{ mediaType: json, schema: LegalHold, example: holdExample }]
    },
    answers: { 200: registrationAnswered(onHoldExample) },
    problems: [...ofOne, ...ofJson, "validation_failed", "personal_data_erased"],
    curl: curl("-X PUT $URL/v1/registrations/$ID/hold", withKey, withJson(holdExample))
  },
  "DELETE /v1/registrations/:id/hold": {
    id: "endHold",
    group,
    summary: "End a legal hold",
    description:
      "Ends it before its time; without one nothing changes. An erasure that was asked for meanwhile is carried out at once.",
    scope,
    parameters,
    answers: { 200: registrationAnswered(holdEndedExample) },
    problems: ofOne,
    curl: curl("-X DELETE $URL/v1/registrations/$ID/hold", withKey)
  }
} as const satisfies { readonly [key: string]: Operation }
