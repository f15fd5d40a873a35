import { describe, it } from "vitest"
import { given } from "../../support/given.ts"
import { claimUpload, recordImage } from "../../support/registration-commands.ts"
import {
  histories,
  imagesUploaded,
  imageUploaded,
  uploadClaimed,
  urlsClaimed,
  urlsIssued
} from "../../support/registration-events.ts"

const { awaiting, halfway } = histories
const direct = { ...imageUploaded("ktp", "k"), via: "direct" } as const

describe("an image through the service", () => {
  it("is claimed, then recorded", () => {
    given(...awaiting)
      .when(claimUpload("ktp", "k"))
      .thenAdds(uploadClaimed("ktp", "k"))
    given(...awaiting, uploadClaimed("ktp", "k"))
      .when(recordImage("ktp", "k"))
      .thenAdds(imageUploaded("ktp", "k"))
  })

  it("is not recorded without a claim of this very image", () => {
    given(...awaiting, uploadClaimed("ktp", "other"))
      .when(recordImage("ktp", "k"))
      .thenRefused("NotClaimed")
    given(...awaiting, uploadClaimed("selfie", "k"))
      .when(recordImage("ktp", "k"))
      .thenRefused("NotClaimed")
  })

  it("the second one of the two completes them, in the same append", () => {
    given(...halfway, uploadClaimed("selfie", "s"))
      .when(recordImage("selfie", "s"))
      .thenAdds(imageUploaded("selfie", "s"), imagesUploaded())
  })

  it("of another submission is refused", () => {
    const renewed = [...halfway, urlsClaimed(2), urlsIssued(2)]
    given(...renewed)
      .when(claimUpload("selfie", "s"))
      .thenRefused("AnotherSubmission")
    given(...renewed)
      .when(recordImage("ktp", "k"))
      .thenRefused("AnotherSubmission")
  })
})

describe("a document that is there", () => {
  it.each(["halfway", "ready", "confirming", "awaitingVerdict", "identityVerified", "issued"] as const)(
    "%s",
    (name) => {
      const history = given(...histories[name])
      history.when(claimUpload("ktp", "k")).thenNothing()
      history.when(recordImage("ktp", "k")).thenNothing()
      history.when(recordImage("ktp", "k", 1, "direct")).thenNothing()
      history.when(claimUpload("ktp", "x")).thenRefused("DocumentExists", { document: "ktp" })
      history.when(recordImage("ktp", "x")).thenRefused("DocumentExists", { document: "ktp" })
      history.when(recordImage("ktp", "x", 1, "direct")).thenRefused("DocumentExists", { document: "ktp" })
    }
  )
})

describe("the same image as both documents", () => {
  it("is refused when the other one is there", () => {
    for (const command of [
      claimUpload("selfie", "k"),
      recordImage("selfie", "k"),
      recordImage("selfie", "k", 1, "direct")
    ])
      given(...halfway)
        .when(command)
        .thenRefused("SameAsOtherDocument", { document: "ktp" })
  })

  it("is refused when the other one is on its way", () => {
    given(...awaiting, uploadClaimed("ktp", "k"))
      .when(claimUpload("selfie", "k"))
      .thenRefused("SameAsOtherDocument", { document: "ktp" })
    given(...awaiting, uploadClaimed("selfie", "k"))
      .when(claimUpload("ktp", "k"))
      .thenRefused("SameAsOtherDocument", { document: "selfie" })
  })

  it("is not refused once the other one is claimed with another image, or starts again", () => {
    given(...awaiting, uploadClaimed("ktp", "k"), uploadClaimed("ktp", "k2"))
      .when(claimUpload("selfie", "k"))
      .thenAdds(uploadClaimed("selfie", "k"))
    given(...halfway, urlsClaimed(2), urlsIssued(2))
      .when(claimUpload("selfie", "k", 2))
      .thenAdds(uploadClaimed("selfie", "k", 2))
  })
})

describe("images that went directly", () => {
  it("need no claim", () => {
    given(...awaiting)
      .when(recordImage("ktp", "k", 1, "direct"))
      .thenAdds(direct)
    given(...awaiting, direct)
      .when(recordImage("selfie", "s", 1, "direct"))
      .thenAdds({ ...imageUploaded("selfie", "s"), via: "direct" }, imagesUploaded())
  })

  it("of a document that came through us are compared with it", () => {
    given(...halfway)
      .when(recordImage("ktp", "k", 1, "direct"))
      .thenNothing()
    given(...halfway)
      .when(recordImage("ktp", "x", 1, "direct"))
      .thenRefused("DocumentExists", { document: "ktp" })
  })
})
