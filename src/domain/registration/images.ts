import type { CommandOf } from "./commands.ts"
import { type Decision, events, nothing, refused, wrongState } from "./decision.ts"
import type { Document, RegistrationEvent } from "./events.ts"
import { isEnded, type Registration, submissionOf } from "./registration.ts"

const other: Record<Document, Document> = { ktp: "selfie", selfie: "ktp" }

/** An end says so before anything is compared; a registration that went on keeps what it was given. */
const isOver = (state: Registration): boolean => isEnded(state) && state._tag !== "Issued"

/** The image is there already (nothing), collides with one that is, or may come (undefined). */
const imageSoFar = (
  state: Registration,
  command: { readonly submissionId: string; readonly document: Document; readonly sha256: string }
): Decision | undefined => {
  if (state.erased) return refused({ _tag: "PersonalDataErased" })
  const submission = submissionOf(state)
  if (!submission || isOver(state)) return wrongState(state)
  if (submission.id !== command.submissionId) return refused({ _tag: "AnotherSubmission" })
  const there = submission.images[command.document]
  if (there)
    return there.sha256 === command.sha256 ? nothing : refused({ _tag: "DocumentExists", document: command.document })
  if (state._tag !== "AwaitingImages") return wrongState(state)
  // Further URLs are on their way: a submission that is being replaced must not become complete any more.
  if (state.urlsCall) return refused({ _tag: "AnotherSubmission" })
  const sibling = other[command.document]
  const known = submission.images[sibling]?.sha256
  return known === command.sha256 ? refused({ _tag: "SameAsOtherDocument", document: sibling }) : undefined
}

export const claimUpload = (command: CommandOf<"ClaimUpload">, state: Registration): Decision => {
  const { submissionId, document, sha256, sessionId, owner } = command
  const settled = imageSoFar(state, command)
  if (settled || state._tag !== "AwaitingImages") return settled ?? wrongState(state)
  // Both documents may be on their way at once: the claim of one is enough to refuse the same picture as the other.
  const sibling = other[document]
  if (state.submission.uploads[sibling]?.sha256 === sha256)
    return refused({ _tag: "SameAsOtherDocument", document: sibling })
  const claim = state.submission.uploads[document]
  if (claim?.sha256 === sha256 && claim.owner === owner) return nothing
  const n = state.submissions
  return events({ _tag: "CallStarted", call: "upload", try: n, sessionId, owner, document, sha256, submissionId })
}

export const recordImage = ({ _tag, ...image }: CommandOf<"RecordImage">, state: Registration): Decision => {
  const settled = imageSoFar(state, image)
  if (settled || state._tag !== "AwaitingImages") return settled ?? wrongState(state)
  const { submission } = state
  if (submission.uploads[image.document]?.sha256 !== image.sha256) return refused({ _tag: "NotClaimed" })
  const uploaded = { _tag: "ImageUploaded", ...image, via: "service" } as const
  return submission.images[other[image.document]]
    ? events(uploaded, { _tag: "ImagesUploaded", submissionId: submission.id })
    : events(uploaded)
}

/** The caller's word that both images are at the storage; one of them may have come through us. All of it is taken, or nothing. */
export const recordDocuments = (command: CommandOf<"RecordDocuments">, state: Registration): Decision => {
  const { submissionId, documents } = command
  if (documents.ktp.sha256 === documents.selfie.sha256) return refused({ _tag: "SameAsOtherDocument", document: "ktp" })
  if (state.erased) return refused({ _tag: "PersonalDataErased" })
  const submission = submissionOf(state)
  if (!submission) return wrongState(state)
  if (submission.id !== submissionId) return refused({ _tag: "AnotherSubmission" })
  const { ktp, selfie } = submission.images
  // Who repeats himself lost the answer: he is told the same, whatever became of it since.
  if (ktp?.sha256 === documents.ktp.sha256 && selfie?.sha256 === documents.selfie.sha256) return nothing
  if (isOver(state)) return wrongState(state)
  if (ktp && ktp.sha256 !== documents.ktp.sha256) return refused({ _tag: "DocumentExists", document: "ktp" })
  if (selfie && selfie.sha256 !== documents.selfie.sha256)
    return refused({ _tag: "DocumentExists", document: "selfie" })
  if (state._tag !== "AwaitingImages" || state.urlsCall) return wrongState(state)
  const uploaded = (["ktp", "selfie"] as const)
    .filter((document) => !submission.images[document])
    .map(
      (document): RegistrationEvent => ({
        _tag: "ImageUploaded",
        submissionId,
        document,
        ...documents[document],
        via: "direct"
      })
    )
  return events(...uploaded, { _tag: "ImagesUploaded", submissionId })
}
