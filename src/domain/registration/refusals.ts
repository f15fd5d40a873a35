import type { Document } from "./events.ts"
import type { StateName } from "./registration.ts"

/** Why a command adds nothing. Values, not exceptions: who asks must say what follows. */
export type Refusal =
  | { readonly _tag: "NotFound" }
  | { readonly _tag: "AlreadyRequested" }
  | { readonly _tag: "WrongState"; readonly state: StateName }
  | { readonly _tag: "AnotherSubmission" }
  | { readonly _tag: "NotClaimed" }
  | { readonly _tag: "DocumentExists"; readonly document: Document }
  | { readonly _tag: "SameAsOtherDocument"; readonly document: Document }
  | { readonly _tag: "TooManySubmissions" }
  | { readonly _tag: "PersonalDataErased" }
  | { readonly _tag: "TooEarly" }
