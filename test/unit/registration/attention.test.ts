import { describe, expect, it } from "vitest"
import { attentionOf } from "../../../src/domain/registration/attention.ts"
import { hasRunOut, maxSubmissions, submissionOf } from "../../../src/domain/registration/registration.ts"
import { fold, given, second, start } from "../../support/given.ts"
import { claimUrls, recordDocuments, recordRanOut } from "../../support/registration-commands.ts"
import {
  errorReported,
  histories,
  imagesUploaded,
  imageUploaded,
  issued,
  rejected,
  requested,
  urlsClaimed,
  urlsIssued,
  urlsRanOut,
  withdrawn
} from "../../support/registration-events.ts"

const renewed = (times: number) => [
  requested,
  ...Array.from({ length: times }, (_, i) => [urlsClaimed(i + 1), urlsIssued(i + 1)]).flat()
]
const last = renewed(maxSubmissions)
const spent = [...last, urlsRanOut(maxSubmissions)]

describe("URLs that ran out", () => {
  it("are known to have, by the clock or by what the storage said", () => {
    const submission = submissionOf(fold(histories.awaiting))
    if (!submission) throw new Error("no submission")
    expect(hasRunOut(submission, submission.expiresAt - 1)).toBe(false)
    expect(hasRunOut(submission, submission.expiresAt)).toBe(true)
    const said = submissionOf(fold(histories.ranOut))
    expect(said && hasRunOut(said, start)).toBe(true)
  })

  it("are replaced by a new submission of which that is not known", () => {
    expect(submissionOf(fold([...histories.ranOut, urlsClaimed(2), urlsIssued(2)]))).not.toHaveProperty("ranOutAt")
  })

  it("are recorded of the present submission alone, and once", () => {
    given(...histories.awaiting)
      .when(recordRanOut())
      .thenAdds(urlsRanOut())
    given(...histories.awaiting)
      .when(recordRanOut(2))
      .thenRefused("AnotherSubmission")
    expect(submissionOf(fold([...histories.ranOut, urlsRanOut()]))?.ranOutAt).toBe(
      submissionOf(fold(histories.ranOut))?.ranOutAt
    )
  })
})

describe("attention", () => {
  it("is needed once the last submission's URLs ran out, since then", () => {
    for (let n = 1; n < maxSubmissions; n++) expect(attentionOf(fold([...renewed(n), urlsRanOut(n)]))).toBeUndefined()
    expect(attentionOf(fold(last))).toBeUndefined()
    given(...last)
      .when(claimUrls(maxSubmissions + 1))
      .thenRefused("TooManySubmissions")
    expect(attentionOf(fold(spent))).toEqual({
      reason: "too_many_submissions",
      since: start + last.length * second
    })
  })

  it("is needed while polls answer for another submission, since they do, also after an end", () => {
    const since = start + histories.awaitingVerdict.length * second
    for (const name of ["hidden", "withdrawnHidden"] as const)
      expect(attentionOf(fold(histories[name]))).toEqual({ reason: "another_submission", since })
    for (const verdict of [issued, rejected, errorReported])
      for (const name of ["hidden", "withdrawnHidden"] as const)
        expect(attentionOf(fold([...histories[name], verdict]))).toBeUndefined()
  })

  it("is over when the images got there all the same, or the registration ended", () => {
    const uploaded = [
      imageUploaded("ktp", "k", maxSubmissions, "direct"),
      imageUploaded("selfie", "s", maxSubmissions, "direct"),
      imagesUploaded(maxSubmissions)
    ]
    given(...spent)
      .when(recordDocuments("k", "s", maxSubmissions))
      .thenAdds(...uploaded)
    expect(attentionOf(fold([...spent, ...uploaded]))).toBeUndefined()
    expect(attentionOf(fold([...spent, withdrawn]))).toBeUndefined()
  })
})
