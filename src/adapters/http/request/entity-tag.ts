const tag = /(?:W\/)?"([^"]*)"/g

/** Whether an `If-None-Match` names a revision: compared weakly, in a list too; `*` is any. */
export const namesRevision = (ifNoneMatch: string | undefined, revision: number): boolean => {
  if (!ifNoneMatch) return false
  if (ifNoneMatch === "*") return true
  for (const [, opaque] of ifNoneMatch.matchAll(tag)) if (opaque === String(revision)) return true
  return false
}
