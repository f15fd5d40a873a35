import { canonicalJson } from "../history/canonical-json.ts"
import type { Row } from "../ports/views.ts"
import type { Folded } from "../projecting/row-after.ts"

/** Whether two hold the same: what a history does not decide, such as when a step is due, is not looked at. */
export const isSameFold = (one: Folded | Row | undefined, other: Folded | Row | undefined): boolean =>
  one === undefined || other === undefined
    ? one === other
    : one.revision === other.revision &&
      one.submissionId === other.submissionId &&
      isSame(one.outcome, other.outcome) &&
      isSame(one.state, other.state)

/** Most are the same to the byte, and are spared their canonical form. */
const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other) || canonicalJson(one) === canonicalJson(other)
