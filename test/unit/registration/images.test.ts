import { describe, it } from "vitest"
import { given } from "../../support/given.ts"
import { claimUpload, recordDocuments, recordImage } from "../../support/registration-commands.ts"
import {
  erased,
  histories,
  imagesUploaded,
  imageUploaded,
  uploadClaimed,
  urlsClaimed,
  urlsIssued,
  withdrawn
} from "../../support/registration-events.ts"

const { awaiting, halfway, ready, renewing } = histories

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

  it("of a submission that is being replaced is refused: it must not become complete any more", () => {
    const spent = [...halfway, uploadClaimed("selfie", "s"), urlsClaimed(2)]
    for (const command of [claimUpload("selfie", "s"), recordImage("selfie", "s")])
      given(...spent)
        .when(command)
        .thenRefused("AnotherSubmission")
    given(...spent)
      .when(recordImage("ktp", "k"))
      .thenNothing()
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
      history.when(claimUpload("ktp", "x")).thenRefused("DocumentExists", { document: "ktp" })
      history.when(recordImage("ktp", "x")).thenRefused("DocumentExists", { document: "ktp" })
    }
  )
})

describe("the same image as both documents", () => {
  it("is refused when the other one is there", () => {
    for (const command of [claimUpload("selfie", "k"), recordImage("selfie", "k")])
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
  const directly = (document: "ktp" | "selfie", sha256: string) => imageUploaded(document, sha256, 1, "direct")

  it("need no claim, and are told of both at once", () => {
    given(...awaiting)
      .when(recordDocuments("k", "s"))
      .thenAdds(directly("ktp", "k"), directly("selfie", "s"), imagesUploaded())
  })

  it("may be one of them; the other one came through us", () => {
    given(...halfway)
      .when(recordDocuments("k", "s"))
      .thenAdds(directly("selfie", "s"), imagesUploaded())
    given(...awaiting, uploadClaimed("selfie", "s"), imageUploaded("selfie", "s"))
      .when(recordDocuments("k", "s"))
      .thenAdds(directly("ktp", "k"), imagesUploaded())
  })

  it("are not taken for another image than the one that came through us; then nothing is recorded", () => {
    given(...halfway)
      .when(recordDocuments("x", "s"))
      .thenRefused("DocumentExists", { document: "ktp" })
    for (const name of ["ready", "confirming", "awaitingVerdict", "identityVerified", "issued"] as const)
      for (const [ktp, selfie, document] of [
        ["x", "s", "ktp"],
        ["k", "x", "selfie"]
      ] as const)
        given(...histories[name])
          .when(recordDocuments(ktp, selfie))
          .thenRefused("DocumentExists", { document })
  })

  it("are told of again without effect, also after an end", () => {
    for (const name of [
      "ready",
      "confirming",
      "awaitingVerdict",
      "identityVerified",
      "issued",
      "rejected",
      "errorReported",
      "confirmRefused",
      "givenUp",
      "withdrawnConfirmed"
    ] as const)
      given(...histories[name])
        .when(recordDocuments("k", "s"))
        .thenNothing()
    for (const [name, state] of [
      ["rejected", "rejected"],
      ["errorReported", "failed"],
      ["withdrawnConfirmed", "withdrawn"],
      ["withdrawnAwaiting", "withdrawn"],
      ["expired", "expired"]
    ] as const)
      given(...histories[name])
        .when(recordDocuments("k", "x"))
        .thenRefused("WrongState", { state })
  })

  it("are two different images, whatever the state", () => {
    for (const history of [awaiting, halfway, ready, histories.withdrawnEarly, histories.erased])
      given(...history)
        .when(recordDocuments("k", "k"))
        .thenRefused("SameAsOtherDocument", { document: "ktp" })
  })

  it("count for the submission that they went to", () => {
    given(...halfway, urlsClaimed(2), urlsIssued(2))
      .when(recordDocuments("k", "s"))
      .thenRefused("AnotherSubmission")
    given(...renewing)
      .when(recordDocuments("k", "s"))
      .thenRefused("WrongState", { state: "awaiting_images" })
  })

  it("count also when the URLs ran out since", () => {
    given(...histories.ranOut)
      .when(recordDocuments("k", "s"))
      .thenAdds(directly("ktp", "k"), directly("selfie", "s"), imagesUploaded())
  })

  it("need URLs first, and personal data that is still there", () => {
    given(...histories.requested)
      .when(recordDocuments("k", "s"))
      .thenRefused("WrongState", { state: "requested" })
    given(...histories.erased)
      .when(recordDocuments("k", "s"))
      .thenRefused("PersonalDataErased")
    given(...ready, withdrawn, erased)
      .when(recordDocuments("k", "s"))
      .thenRefused("PersonalDataErased")
  })
})
