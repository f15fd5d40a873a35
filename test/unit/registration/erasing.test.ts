import { describe, expect, it } from "vitest"
import { nextStep } from "../../../src/domain/registration/next-step.ts"
import { fold, given, second, start } from "../../support/given.ts"
import * as a from "../../support/registration-commands.ts"
import * as e from "../../support/registration-events.ts"

const day = 86_400_000
const { awaiting, issued, withdrawnConfirmed } = e.histories
const held = [...issued, e.holdPlaced()]
const heldOpen = [...awaiting, e.holdPlaced()]
const asked = [...held, e.erasureRequested]
const holdEnd = start + day
const other = { _tag: "Withdrawn", reason: "other" } as const
const erasedBy = (reason: string) => ({ _tag: "PersonalDataErased", reason }) as const

describe("a hold", () => {
  it("is placed, and the same once more adds nothing", () => {
    given(...issued)
      .when(a.placeHold(holdEnd))
      .thenAdds(e.holdPlaced())
    given(...held)
      .when(a.placeHold(holdEnd))
      .thenNothing()
  })

  it("takes the place of another one: another end, or another reason", () => {
    given(...held)
      .when(a.placeHold(holdEnd + day))
      .thenAdds(e.holdPlaced(2))
    given(...held)
      .when(a.placeHold(holdEnd, "audit"))
      .thenAdds(e.holdPlaced(1, "audit"))
    expect(fold([...held, e.holdPlaced(2)])).toMatchObject({ hold: { until: holdEnd + day } })
  })

  it("is not placed once the data is gone", () => {
    given(...issued, e.erased)
      .when(a.placeHold(holdEnd))
      .thenRefused("PersonalDataErased")
  })

  it("is ended on request at once, and by time at its end alone", () => {
    given(...held)
      .when(a.endHold())
      .thenAdds(e.holdEnded)
    given(...held)
      .when(a.endHold(holdEnd - 1))
      .thenRefused("TooEarly")
    given(...held)
      .when(a.endHold(holdEnd))
      .thenAdds(e.holdEnded)
    expect(fold([...held, e.holdEnded])).not.toHaveProperty("hold")
  })

  it("outlasts the end of the registration", () => {
    expect(fold([...heldOpen, e.withdrawn])).toMatchObject({ _tag: "Withdrawn", hold: { until: holdEnd } })
  })
})

describe("an erasure on request", () => {
  it("during a hold is kept in mind, once", () => {
    given(...held)
      .when(a.erase)
      .thenAdds(e.erasureRequested)
    given(...held)
      .when(a.eraseAt(holdEnd - 1))
      .thenAdds(e.erasureRequested)
    given(...asked)
      .when(a.erase)
      .thenNothing()
  })

  it("of an open registration on hold does not withdraw it", () => {
    given(...heldOpen)
      .when(a.erase)
      .thenAdds(e.erasureRequested)
    expect(fold([...heldOpen, e.erasureRequested])).toMatchObject({ _tag: "AwaitingImages", erased: false })
  })

  it("when the time of a hold is over, and nobody ended it yet, ends it too, if the clock can be trusted", () => {
    given(...held)
      .when(a.eraseAt(holdEnd))
      .thenAdds(e.holdEnded, erasedBy("subject_request"))
    given(...heldOpen)
      .when(a.eraseAt(holdEnd))
      .thenAdds(e.holdEnded, other, erasedBy("subject_request"))
    given(...asked)
      .when(a.eraseAt(holdEnd))
      .thenAdds(e.holdEnded, erasedBy("subject_request"))
    given(...asked)
      .when(a.erase)
      .thenNothing()
  })

  it("is carried out after the hold, whoever ended it, and not during the next one", () => {
    given(...asked, e.holdEnded)
      .when(a.eraseWhenDue(holdEnd))
      .thenAdds(erasedBy("subject_request"))
    given(...heldOpen, e.erasureRequested, e.holdEnded)
      .when(a.eraseWhenDue(holdEnd))
      .thenAdds(other, erasedBy("subject_request"))
    given(...asked)
      .when(a.eraseWhenDue(holdEnd))
      .thenRefused("TooEarly")
    given(...asked, e.holdEnded, e.holdPlaced(3))
      .when(a.eraseWhenDue(holdEnd))
      .thenRefused("TooEarly")
    given(...asked, e.holdEnded, e.holdPlaced(3))
      .when(a.erase)
      .thenNothing()
  })
})

describe("an erasure because its time is over", () => {
  const endedAt = start + (issued.length - 1) * second

  it("is counted from the end, and not carried out during a hold", () => {
    given(...issued)
      .when(a.eraseWhenDue(endedAt + day, day))
      .thenAdds(erasedBy("retention_over"))
    given(...issued)
      .when(a.eraseWhenDue(endedAt + day - 1, day))
      .thenRefused("TooEarly")
    given(...held)
      .when(a.eraseWhenDue(endedAt + 9 * day, day))
      .thenRefused("TooEarly")
    given(...awaiting)
      .when(a.eraseWhenDue(endedAt + 9 * day, day))
      .thenRefused("WrongState", { state: "awaiting_images" })
  })

  it("counts from the end, also where a verdict came later", () => {
    const withdrawnAt = start + (withdrawnConfirmed.length - 1) * second
    expect(fold([...withdrawnConfirmed, e.rejected])).toMatchObject({ endedAt: withdrawnAt })
  })
})

describe("a key that is gone, and nothing in the log says why", () => {
  it("is recorded whatever is in force; what it is part of is ended after that", () => {
    given(...held)
      .when(a.recordErased)
      .thenAdds(e.holdEnded, erasedBy("forgotten"))
    given(...heldOpen)
      .when(a.recordErased)
      .thenAdds(e.holdEnded, erasedBy("forgotten"))
    given(...awaiting, e.erased)
      .when(a.eraseWhenDue(start))
      .thenAdds(other)
    given(...awaiting, e.erased)
      .when(a.erase)
      .thenAdds(other)
    given(...awaiting, e.erased)
      .when(a.recordErased)
      .thenNothing()
  })

  it("leaves a confirmation that can be found never to have been", () => {
    given(...e.histories.confirming, e.erased)
      .when(a.withdraw)
      .thenAdds(e.withdrawn)
    given(...e.histories.confirming, e.erased)
      .when(a.claimConfirm(1, "p2"))
      .thenRefused("PersonalDataErased")
  })
})

describe("the next step of what keeps personal data", () => {
  const pace = { uploadWindow: 30 * day, verdictPollAfter: 600_000, eraseAfter: 7 * day }
  const endedAt = start + (issued.length - 1) * second
  const stepOf = (history: Parameters<typeof fold>[0], now: number, eraseAfter: number | undefined = pace.eraseAfter) =>
    nextStep(fold(history), now, { ...pace, eraseAfter })
  const until = (at: number) => ({ _tag: "WaitUntil", at })

  it("waits for the end of what was set, and for ever where nothing is", () => {
    expect(stepOf(issued, endedAt)).toEqual(until(endedAt + 7 * day))
    expect(stepOf(issued, endedAt + 7 * day)).toEqual({ _tag: "Erase" })
    expect(nextStep(fold(issued), endedAt + 99 * day, { ...pace, eraseAfter: undefined })).toEqual({ _tag: "Nothing" })
    expect(stepOf([...issued, e.erased], endedAt + 99 * day)).toEqual({ _tag: "Nothing" })
  })

  it("ends a hold at its time, and nothing is erased before", () => {
    expect(stepOf(held, holdEnd - 1)).toEqual(until(holdEnd))
    expect(stepOf([...issued, e.holdPlaced(30)], endedAt + 8 * day)).toEqual(until(start + 30 * day))
    expect(stepOf(held, holdEnd)).toEqual({ _tag: "EndHold" })
    expect(stepOf([...asked, e.holdEnded], start)).toEqual({ _tag: "Erase" })
  })

  it("is the earlier of what comes at the platform and of it", () => {
    expect(stepOf([...awaiting, e.holdPlaced(3)], start + day)).toEqual(until(start + 3 * day))
    expect(stepOf([...awaiting, e.holdPlaced(40)], start + day)).toEqual(until(start + 30 * day))
    expect(stepOf([...e.histories.ready, e.holdPlaced()], start + second)).toEqual({ _tag: "Confirm" })
    const confirmedAt = start + (e.histories.awaitingVerdict.length - 1) * second
    expect(stepOf(withdrawnConfirmed, confirmedAt + 2 * second)).toEqual(until(confirmedAt + 600_000))
  })

  it("comes before what is due at the platform, and after it polling goes on", () => {
    expect(stepOf([...e.histories.ready, e.holdPlaced()], holdEnd)).toEqual({ _tag: "EndHold" })
    expect(stepOf(withdrawnConfirmed, start + 8 * day)).toEqual({ _tag: "Erase" })
    expect(stepOf([...withdrawnConfirmed, e.erased], start + 8 * day)).toEqual({ _tag: "Poll" })
  })
})
