import { Schema } from "effect"
import { isPersonalNumber } from "./personal-value.ts"

const word = (max: number) => {
  const rule = `An identifier, as text: 1 to ${max} of the characters A-Z a-z 0-9 . _ : | -`
  const spelling = new RegExp(`^[A-Za-z0-9._:|-]{1,${max}}$`, "u")
  return Schema.String.annotate({ message: rule, description: rule }).check(
    Schema.isPattern(spelling, { message: rule })
  )
}

/** The partner's own id of the user: opaque, since it goes into the log, to Kafka and to the platform. */
export const PartnerUserId = word(128)
  .check(
    Schema.makeFilter((id) => !isPersonalNumber(id), {
      message: "An identifier is no NIK and no mobile number: it is kept and published in clear.",
      toJsonSchema: () => [{}, true]
    })
  )
  .pipe(Schema.brand("PartnerUserId"))
export type PartnerUserId = typeof PartnerUserId.Type

/** The label of that id at the platform. */
export const PartnerUserIdType = word(64).pipe(Schema.brand("PartnerUserIdType"))
export type PartnerUserIdType = typeof PartnerUserIdType.Type
