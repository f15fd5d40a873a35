import { raiseAttention } from "./attention.ts"
import type { CommandOf, RegistrationCommand } from "./commands.ts"
import { type Decision, events, nothing, refused, wrongState } from "./decision.ts"
import { erase, eraseWhenDue, recordErased } from "./erasing.ts"
import { claimUpload, recordDocuments, recordImage } from "./images.ts"
import { endHold, placeHold } from "./legal-hold.ts"
import { confirmationOf, isEnded, maxSubmissions, type Registration, type State, submissionOf } from "./registration.ts"
import { decideResult } from "./verdict.ts"

/** What a command adds to a registration: events, or the reason why not. Asked twice, it adds nothing the second time. */
export const decide = (command: RegistrationCommand, state: State): Decision => {
  if (command._tag === "Request")
    return state._tag === "Initial"
      ? events({ _tag: "Requested", ...command.request })
      : refused({ _tag: "AlreadyRequested" })
  if (state._tag === "Initial") return refused({ _tag: "NotFound" })
  switch (command._tag) {
    case "ClaimUrls":
      return claimUrls(command, state)
    case "RecordUrls":
      return recordUrls(command, state)
    case "RecordRanOut":
      return recordRanOut(command, state)
    case "ClaimUpload":
      return claimUpload(command, state)
    case "RecordImage":
      return recordImage(command, state)
    case "RecordDocuments":
      return recordDocuments(command, state)
    case "ClaimConfirm":
      return claimConfirm(command, state)
    case "RecordConfirmed":
      return recordConfirmed(command, state)
    case "RecordNotConfirmed":
      return recordNotConfirmed(command, state)
    case "ReportResult":
      return reportResult(command, state)
    case "RecordResult":
      return decideResult(command, state)
    case "RecordRefusal":
      return recordRefusal(command, state)
    case "RefuseStorageHost":
      return refuseStorageHost(command, state)
    case "RaiseAttention":
      return raiseAttention(command, state)
    case "GiveUp":
      return giveUp(state)
    case "Withdraw":
      if (state._tag === "Withdrawn") return nothing
      return isEnded(state) ? wrongState(state) : events({ _tag: "Withdrawn", reason: command.reason })
    case "Expire":
      return expire(command, state)
    case "PlaceHold":
      return placeHold(command, state)
    case "EndHold":
      return endHold(command, state)
    case "Erase":
      return erase(command, state)
    case "EraseWhenDue":
      return eraseWhenDue(command, state)
    case "RecordErased":
      return recordErased(state)
  }
}

const claimUrls = ({ try: n, sessionId, owner }: CommandOf<"ClaimUrls">, state: Registration): Decision => {
  if (state._tag !== "Requested" && state._tag !== "AwaitingImages") return wrongState(state)
  if (n !== state.submissions) return refused({ _tag: "AnotherSubmission" })
  if (state.erased) return refused({ _tag: "PersonalDataErased" })
  if (state.submissions >= maxSubmissions) return refused({ _tag: "TooManySubmissions" })
  if (state.urlsCall?.owner === owner) return nothing
  return events({ _tag: "CallStarted", call: "urls", try: n, sessionId, owner })
}

const recordUrls = (command: CommandOf<"RecordUrls">, state: Registration): Decision => {
  const { submissionId, expiresAt, urls } = command
  if (submissionOf(state)?.id === submissionId) return nothing
  if (state._tag !== "Requested" && state._tag !== "AwaitingImages") return wrongState(state)
  if (command.try !== state.submissions) return refused({ _tag: "AnotherSubmission" })
  if (!state.urlsCall) return refused({ _tag: "NotClaimed" })
  return events({ _tag: "UrlsIssued", submissionId, expiresAt, urls })
}

const recordRanOut = ({ submissionId }: CommandOf<"RecordRanOut">, state: Registration): Decision => {
  if (submissionOf(state)?.id !== submissionId) return refused({ _tag: "AnotherSubmission" })
  if (state._tag !== "AwaitingImages") return wrongState(state)
  // Further URLs are on their way already, or it is known.
  return state.urlsCall || state.submission.ranOutAt !== undefined
    ? nothing
    : events({ _tag: "UrlsRanOut", submissionId })
}

const claimConfirm = (command: CommandOf<"ClaimConfirm">, state: Registration): Decision => {
  const { submissionId, sessionId, owner } = command
  if (state._tag !== "ReadyToConfirm") return wrongState(state)
  if (state.submission.id !== submissionId) return refused({ _tag: "AnotherSubmission" })
  if (state.erased) return refused({ _tag: "PersonalDataErased" })
  if (state.confirmation?.claim.owner === owner) return nothing
  return events({ _tag: "CallStarted", call: "confirm", try: state.submissions, sessionId, owner })
}

const recordConfirmed = (command: CommandOf<"RecordConfirmed">, state: Registration): Decision => {
  const { submissionId, knownBy } = command
  if (submissionOf(state)?.id !== submissionId) return refused({ _tag: "AnotherSubmission" })
  const confirmation = confirmationOf(state)
  if (confirmation && confirmation.confirmedAt === undefined)
    return events({ _tag: "Confirmed", submissionId, knownBy })
  return state._tag === "AwaitingImages" || state._tag === "ReadyToConfirm" ? refused({ _tag: "NotClaimed" }) : nothing
}

const recordNotConfirmed = ({ submissionId }: CommandOf<"RecordNotConfirmed">, state: Registration): Decision => {
  if (submissionOf(state)?.id !== submissionId) return refused({ _tag: "AnotherSubmission" })
  if (!isEnded(state)) return wrongState(state)
  const pending = confirmationOf(state)
  // What the platform has confirmed once cannot be "never confirmed" later: a verdict is still to come.
  return pending && pending.confirmedAt === undefined ? events({ _tag: "NotConfirmed", submissionId }) : nothing
}

const reportResult = ({ _tag, ...report }: CommandOf<"ReportResult">, state: Registration): Decision => {
  if (submissionOf(state)?.id !== report.submissionId) return refused({ _tag: "AnotherSubmission" })
  const confirmation = confirmationOf(state)
  if (!confirmation) return nothing
  const known = confirmation.reports.some(({ status, result }) => status === report.status && result === report.result)
  return known ? nothing : events({ _tag: "ResultReported", ...report })
}

const recordRefusal = ({ _tag, ...refusal }: CommandOf<"RecordRefusal">, state: Registration): Decision => {
  if ("submissionId" in refusal) {
    const { owner, ...why } = refusal
    const { submissionId } = why
    if (submissionOf(state)?.id !== submissionId) return refused({ _tag: "AnotherSubmission" })
    // Who took the claim over may have transmitted since: what the one before was told proves nothing any more.
    const confirmation = confirmationOf(state)
    if (confirmation && confirmation.claim.owner !== owner) return refused({ _tag: "NotClaimed" })
    if (isEnded(state)) return recordNotConfirmed({ _tag: "RecordNotConfirmed", submissionId }, state)
    if (state._tag !== "ReadyToConfirm") return wrongState(state)
    return confirmation ? events({ _tag: "Failed", by: "refusal", ...why }) : refused({ _tag: "NotClaimed" })
  }
  const { try: n, ...why } = refusal
  if (isEnded(state)) return nothing
  if (state._tag !== "Requested" && state._tag !== "AwaitingImages") return wrongState(state)
  if (n !== state.submissions) return refused({ _tag: "AnotherSubmission" })
  return state.urlsCall ? events({ _tag: "Failed", by: "refusal", ...why }) : refused({ _tag: "NotClaimed" })
}

const refuseStorageHost = ({ submissionId }: CommandOf<"RefuseStorageHost">, state: Registration): Decision => {
  if (isEnded(state)) return nothing
  if (submissionOf(state)?.id !== submissionId) return refused({ _tag: "AnotherSubmission" })
  return state._tag === "AwaitingImages"
    ? events({ _tag: "Failed", by: "refusal", submissionId, reasonCode: "storage_host_refused" })
    : wrongState(state)
}

const giveUp = (state: Registration): Decision => {
  if (state._tag === "Failed") return nothing
  if (state._tag !== "Requested" && state._tag !== "AwaitingImages" && state._tag !== "ReadyToConfirm")
    return wrongState(state)
  // Given up is a call that was waited for, also one whose turn never came; its outcome may have come from another process meanwhile.
  return state._tag !== "AwaitingImages" || state.urlsCall
    ? events({ _tag: "Failed", by: "us", reasonCode: "platform_unreachable" })
    : refused({ _tag: "NotClaimed" })
}

const expire = ({ at, uploadWindow }: CommandOf<"Expire">, state: Registration): Decision => {
  if (state._tag === "Expired") return nothing
  if (state._tag !== "Requested" && state._tag !== "AwaitingImages") return wrongState(state)
  return at < state.requestedAt + uploadWindow ? refused({ _tag: "TooEarly" }) : events({ _tag: "Expired" })
}
