import type { Code } from "../answer/problem-codes.ts"

/** Of every route. */
export const always = ["invalid_parameter", "internal_error"] as const satisfies ReadonlyArray<Code>

/** Of every route that needs a key. */
export const keyed = [...always, "unauthenticated", "rate_limited", "forbidden"] as const satisfies ReadonlyArray<Code>

/** Of every route about one registration. */
export const ofOne = [...keyed, "not_found", "unavailable"] as const satisfies ReadonlyArray<Code>

/** Of every route that takes JSON. */
export const ofJson = [
  "malformed_json",
  "upload_stalled",
  "too_large",
  "unsupported_media_type"
] as const satisfies ReadonlyArray<Code>
