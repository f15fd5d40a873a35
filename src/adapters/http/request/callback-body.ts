import { Predicate } from "effect"
import type { Callback } from "../../../application/use-cases/record-callback.ts"
import { ReportedResult, ReportedStatus } from "../../../domain/registration/events.ts"

/** A text that says something; null, "" and other types are the same as absent (contract/esign-api §5). */
const textAt = (body: object, name: string): string | undefined => {
  const value = Predicate.hasProperty(body, name) ? body[name] : undefined
  return typeof value === "string" && value !== "" ? value : undefined
}

/** A known word in any case, else `UNKNOWN`. */
const wordAmong = <Word extends string>(words: ReadonlyArray<Word>, text: string): Word | "UNKNOWN" =>
  words.find((word) => word === text.toUpperCase()) ?? "UNKNOWN"

/** What a callback claims, as far as it can be read; undefined for a ping, which names no submission. */
export const readCallback = (body: unknown, defaultUserIdType: string | undefined): Callback | undefined => {
  if (!Predicate.isObject(body)) return undefined
  const submissionId = textAt(body, "submissionId")?.toLowerCase()
  if (submissionId === undefined) return undefined
  const result = textAt(body, "result")
  const partnerUserId = textAt(body, "userId")
  const partnerUserIdType = textAt(body, "userIdType") ?? defaultUserIdType
  return {
    submissionId,
    status: wordAmong(ReportedStatus.literals, textAt(body, "status") ?? ""),
    ...(result && { result: wordAmong(ReportedResult.literals, result) }),
    ...(partnerUserId && { partnerUserId }),
    ...(partnerUserIdType && { partnerUserIdType })
  }
}
