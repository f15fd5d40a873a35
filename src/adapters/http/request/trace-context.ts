const form = /^(?<version>[0-9a-f]{2})-(?<traceId>[0-9a-f]{32})-(?<parentId>[0-9a-f]{16})-[0-9a-f]{2}(?<more>-.*)?$/
const zeros = /^0+$/

/**
 * The trace id of a `traceparent` (W3C Trace Context §3.2); undefined for one that is none. A version of later days may say more after the
 * parts that are known today; several headers arrive as a list, which is no traceparent.
 */
export const traceIdOf = (traceparent: string | ReadonlyArray<string> | undefined): string | undefined => {
  if (typeof traceparent !== "string") return undefined
  const { version, traceId, parentId, more } = form.exec(traceparent)?.groups ?? {}
  if (!version || !traceId || !parentId) return undefined
  const isKnown = version !== "ff" && (version !== "00" || more === undefined)
  return isKnown && !zeros.test(traceId) && !zeros.test(parentId) ? traceId : undefined
}
