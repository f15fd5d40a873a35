import { describe, expect, it } from "vitest"
import { maxSubmissions } from "../../../src/domain/registration/registration.ts"
import { fold, given, second, start } from "../../support/given.ts"
import { claimConfirm, claimUpload, claimUrls, recordUrls } from "../../support/registration-commands.ts"
import {
  confirmClaimed,
  histories,
  requested,
  uploadClaimed,
  urlsClaimed,
  urlsIssued
} from "../../support/registration-events.ts"

describe("a claim", () => {
  it("is taken over by another process, under the same session id", () => {
    given(...histories.asking)
      .when(claimUrls(1, "p2"))
      .thenAdds(urlsClaimed(1, "p2"))
    given(...histories.confirming)
      .when(claimConfirm(1, "p2"))
      .thenAdds(confirmClaimed(1, "p2"))
    given(...histories.awaiting, uploadClaimed("ktp", "k"))
      .when(claimUpload("ktp", "k", 1, "p2"))
      .thenAdds(uploadClaimed("ktp", "k", 1, "p2"))
  })

  it("of its owner adds nothing", () => {
    given(...histories.asking)
      .when(claimUrls())
      .thenNothing()
    given(...histories.confirming)
      .when(claimConfirm())
      .thenNothing()
    given(...histories.awaiting, uploadClaimed("ktp", "k"))
      .when(claimUpload("ktp", "k"))
      .thenNothing()
  })

  it("of an image replaces that of another image of the document", () => {
    given(...histories.awaiting, uploadClaimed("ktp", "k"))
      .when(claimUpload("ktp", "k2"))
      .thenAdds(uploadClaimed("ktp", "k2"))
  })

  it("of another submission is refused", () => {
    given(...histories.ready)
      .when(claimConfirm(2))
      .thenRefused("AnotherSubmission")
    given(...histories.awaiting)
      .when(claimUpload("ktp", "k", 2))
      .thenRefused("AnotherSubmission")
  })

  it("remembers who has it and since when, and since when the call is waited for", () => {
    const urls = fold([...histories.asking, urlsClaimed(1, "p2")])
    expect("urlsCall" in urls && urls.urlsCall).toEqual({
      try: 0,
      owner: "p2",
      at: start + 2 * second,
      since: start + second
    })
    const since = start + histories.ready.length * second
    const confirm = fold([...histories.confirming, confirmClaimed(1, "p2")])
    expect("confirmation" in confirm && confirm.confirmation).toEqual({
      claim: { try: 1, owner: "p2", sessionId: "confirm-1", at: since + second, since },
      reports: []
    })
  })
})

describe("submissions", () => {
  const renewed = (times: number) => [
    requested,
    ...Array.from({ length: times }, (_, i) => [urlsClaimed(i + 1), urlsIssued(i + 1)]).flat()
  ]

  it("are renewed up to six of them; images start again", () => {
    for (let n = 1; n < maxSubmissions; n++) {
      given(...renewed(n))
        .when(claimUrls(n + 1))
        .thenAdds(urlsClaimed(n + 1))
      given(...renewed(n), urlsClaimed(n + 1))
        .when(recordUrls(n + 1))
        .thenAdds(urlsIssued(n + 1))
    }
    given(...renewed(6))
      .when(claimUrls(7))
      .thenRefused("TooManySubmissions")
    const state = fold([...histories.halfway, urlsClaimed(2), urlsIssued(2)])
    expect(state).toMatchObject({
      _tag: "AwaitingImages",
      submissions: 2,
      submission: { id: "s2", images: {}, uploads: {} }
    })
    expect("urlsCall" in state).toBe(false)
  })

  it("are opened only by the call that was claimed last", () => {
    given(...renewed(1), urlsClaimed(2))
      .when(recordUrls(1, "s9"))
      .thenRefused("AnotherSubmission")
    given(...renewed(2))
      .when(recordUrls(3))
      .thenRefused("NotClaimed")
  })

  it("that are the current one already add nothing", () => {
    given(...renewed(2))
      .when(recordUrls(2))
      .thenNothing()
  })
})
