import type { Row } from "../ports/views.ts"
import type { Folded } from "../projecting/row-after.ts"

/** Whether two hold the same: what a history does not decide, such as when a step is due, is not looked at. */
export const isSameFold = (one: Folded, other: Folded | Row): boolean =>
  one.revision === other.revision &&
  one.submissionId === other.submissionId &&
  isSame(one.outcome, other.outcome) &&
  isSame(one.state, other.state)

/** Whether two are the same JSON, whatever the order of their members; one that is undefined is left out. */
export const isSame = (one: unknown, other: unknown): boolean => {
  if (one === other) return true
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false
  if (Array.isArray(one) !== Array.isArray(other)) return false
  const [left, right] = [one as Members, other as Members]
  let count = 0
  for (const name in left) {
    if (left[name] === undefined) continue
    if (!isSame(left[name], right[name])) return false
    count++
  }
  for (const name in right) if (right[name] !== undefined) count--
  return count === 0
}
type Members = { readonly [name: string]: unknown }
