import { Result } from "effect"
import { describe, expect, it } from "vitest"
import type { RegistrationCommand } from "../../../src/domain/registration/commands.ts"
import { decide } from "../../../src/domain/registration/decide.ts"
import type { Decision } from "../../../src/domain/registration/decision.ts"
import { fold, foldOn, start } from "../../support/given.ts"
import * as a from "../../support/registration-commands.ts"
import { histories, historyNames } from "../../support/registration-events.ts"

const week = 7 * 86_400_000
const withoutSubmission = "urlsRefused givenUpAsking withdrawnEarly"
const uploading = "awaiting renewing ranOut halfway"
const open = `requested asking ${uploading} ready confirming awaitingVerdict hidden identityVerified`
const failed = "errorReported urlsRefused confirmRefused givenUpAsking givenUp givenUpIssued"
const withdrawn =
  "withdrawnEarly withdrawnAwaiting withdrawnConfirming withdrawnConfirmed withdrawnHidden withdrawnRejected withdrawnNotConfirmed"

type Row = readonly [
  name: string,
  command: (submissions: number) => RegistrationCommand,
  outcomes: { readonly [outcome: string]: string }
]
/** Each command: what it adds, or why not (after `!`), in which states (of `histories`); `*` is all that are not named. */
const table: ReadonlyArray<Row> = [
  ["Request", () => a.requestIt, { Requested: "initial", "!AlreadyRequested": "*" }],
  [
    "ClaimUrls",
    (n) => a.claimUrls(n + 1),
    {
      CallStarted: "requested awaiting ranOut halfway",
      nothing: "asking renewing",
      "!NotFound": "initial",
      "!WrongState": "*"
    }
  ],
  [
    "ClaimUrls of another process",
    (n) => a.claimUrls(n + 1, "p2"),
    { CallStarted: `requested asking ${uploading}`, "!NotFound": "initial", "!WrongState": "*" }
  ],
  [
    "ClaimUrls of an older try",
    (n) => a.claimUrls(n),
    { "!AnotherSubmission": `requested asking ${uploading}`, "!NotFound": "initial", "!WrongState": "*" }
  ],
  [
    "RecordUrls",
    (n) => a.recordUrls(n + 1),
    {
      UrlsIssued: "asking renewing",
      "!NotClaimed": "requested awaiting ranOut halfway",
      "!NotFound": "initial",
      "!WrongState": "*"
    }
  ],
  [
    "RecordRanOut",
    (n) => a.recordRanOut(n),
    {
      UrlsRanOut: "awaiting halfway",
      nothing: "renewing ranOut",
      "!AnotherSubmission": `requested asking ${withoutSubmission}`,
      "!NotFound": "initial",
      "!WrongState": "*"
    }
  ],
  [
    "ClaimUpload",
    () => a.claimUpload("ktp", "k"),
    {
      CallStarted: "awaiting ranOut",
      "!AnotherSubmission": "renewing",
      nothing: "halfway ready confirming awaitingVerdict hidden identityVerified issued",
      "!PersonalDataErased": "erased",
      "!NotFound": "initial",
      "!WrongState": "*"
    }
  ],
  [
    "RecordImage",
    () => a.recordImage("ktp", "k"),
    {
      "!NotClaimed": "awaiting ranOut",
      "!AnotherSubmission": "renewing",
      nothing: "halfway ready confirming awaitingVerdict hidden identityVerified issued",
      "!PersonalDataErased": "erased",
      "!NotFound": "initial",
      "!WrongState": "*"
    }
  ],
  [
    "RecordDocuments",
    () => a.recordDocuments("k", "s"),
    {
      "ImageUploaded ImageUploaded ImagesUploaded": "awaiting ranOut",
      "ImageUploaded ImagesUploaded": "halfway",
      "!WrongState": `requested asking renewing ${withoutSubmission} withdrawnAwaiting expired`,
      "!PersonalDataErased": "erased",
      "!NotFound": "initial",
      nothing: "*"
    }
  ],
  [
    "ClaimConfirm",
    () => a.claimConfirm(),
    { CallStarted: "ready", nothing: "confirming", "!NotFound": "initial", "!WrongState": "*" }
  ],
  [
    "ClaimConfirm of another process",
    () => a.claimConfirm(1, "p2"),
    { CallStarted: "ready confirming", "!NotFound": "initial", "!WrongState": "*" }
  ],
  [
    "RecordConfirmed",
    () => a.recordConfirmed(),
    {
      Confirmed: "confirming givenUp withdrawnConfirming",
      "!NotClaimed": `${uploading} ready`,
      "!AnotherSubmission": `requested asking ${withoutSubmission}`,
      "!NotFound": "initial",
      nothing: "*"
    }
  ],
  [
    "RecordNotConfirmed",
    () => a.recordNotConfirmed(),
    {
      NotConfirmed: "givenUp withdrawnConfirming",
      "!AnotherSubmission": `requested asking ${withoutSubmission}`,
      "!WrongState": `${uploading} ready confirming awaitingVerdict hidden identityVerified`,
      "!NotFound": "initial",
      nothing: "*"
    }
  ],
  [
    "ReportResult",
    () => a.reportResult({ status: "COMPLETED", result: "VALID" }),
    {
      ResultReported:
        "confirming awaitingVerdict hidden identityVerified givenUp withdrawnConfirming withdrawnConfirmed withdrawnHidden",
      "!AnotherSubmission": `requested asking ${withoutSubmission}`,
      "!NotFound": "initial",
      nothing: "*"
    }
  ],
  [
    "RecordResult",
    () => a.recordResult({ status: "COMPLETED", result: "VALID" }),
    {
      CertificateIssued: "awaitingVerdict hidden identityVerified withdrawnConfirmed withdrawnHidden",
      "Confirmed CertificateIssued": "confirming givenUp withdrawnConfirming",
      "!NotClaimed": `${uploading} ready`,
      "!AnotherSubmission": `requested asking ${withoutSubmission}`,
      "!NotFound": "initial",
      nothing: "*"
    }
  ],
  [
    "RecordRefusal of the URL call",
    (n) => a.refuseUrls(n + 1),
    {
      Failed: "asking renewing",
      "!NotClaimed": "requested awaiting ranOut halfway",
      "!WrongState": "ready confirming awaitingVerdict hidden identityVerified",
      "!NotFound": "initial",
      nothing: "*"
    }
  ],
  [
    "RecordRefusal of an older URL call",
    (n) => a.refuseUrls(n),
    {
      "!AnotherSubmission": `requested asking ${uploading}`,
      "!WrongState": "ready confirming awaitingVerdict hidden identityVerified",
      "!NotFound": "initial",
      nothing: "*"
    }
  ],
  [
    "RecordRefusal of the confirm",
    () => a.refuseConfirm(),
    {
      Failed: "confirming",
      NotConfirmed: "givenUp withdrawnConfirming",
      "!NotClaimed": "ready",
      "!WrongState": `${uploading} awaitingVerdict hidden identityVerified`,
      "!AnotherSubmission": `requested asking ${withoutSubmission}`,
      "!NotFound": "initial",
      nothing: "*"
    }
  ],
  [
    "RecordRefusal of a confirm whose claim was taken over",
    () => a.refuseConfirm(1, "p0"),
    {
      "!NotClaimed":
        "ready confirming awaitingVerdict hidden identityVerified givenUp withdrawnConfirming withdrawnConfirmed withdrawnHidden",
      "!WrongState": uploading,
      "!AnotherSubmission": `requested asking ${withoutSubmission}`,
      "!NotFound": "initial",
      nothing: "*"
    }
  ],
  [
    "RefuseStorageHost",
    () => a.refuseHost(),
    {
      Failed: uploading,
      "!WrongState": "ready confirming awaitingVerdict hidden identityVerified",
      "!AnotherSubmission": "requested asking",
      "!NotFound": "initial",
      nothing: "*"
    }
  ],
  [
    "RaiseAttention",
    () => a.raiseAttention(),
    {
      AttentionRaised:
        "requested asking awaiting renewing ranOut halfway ready confirming awaitingVerdict identityVerified givenUp withdrawnConfirming withdrawnConfirmed",
      "!AnotherSubmission": withoutSubmission,
      "!NotFound": "initial",
      nothing: "*"
    }
  ],
  [
    "GiveUp",
    () => a.giveUp,
    {
      Failed: "requested asking renewing ready confirming",
      "!NotClaimed": "awaiting ranOut halfway",
      nothing: failed,
      "!NotFound": "initial",
      "!WrongState": "*"
    }
  ],
  [
    "Withdraw",
    () => a.withdraw,
    { Withdrawn: open, nothing: `${withdrawn} erased`, "!NotFound": "initial", "!WrongState": "*" }
  ],
  [
    "Expire",
    () => a.expire(start + week, week),
    { Expired: `requested asking ${uploading}`, nothing: "expired", "!NotFound": "initial", "!WrongState": "*" }
  ],
  [
    "Expire a moment before",
    () => a.expire(start + week - 1, week),
    { "!TooEarly": `requested asking ${uploading}`, nothing: "expired", "!NotFound": "initial", "!WrongState": "*" }
  ],
  [
    "Erase",
    () => a.erase,
    { "Withdrawn PersonalDataErased": open, nothing: "erased", "!NotFound": "initial", PersonalDataErased: "*" }
  ],
  [
    "EraseWhenDue",
    () => a.eraseWhenDue(start + week, week - 3_600_000),
    { "!WrongState": open, nothing: "erased", "!NotFound": "initial", PersonalDataErased: "*" }
  ],
  [
    "EraseWhenDue a moment before",
    () => a.eraseWhenDue(start + week, week),
    { "!WrongState": open, nothing: "erased", "!NotFound": "initial", "!TooEarly": "*" }
  ],
  [
    "EraseWhenDue, and nothing ever is",
    () => a.eraseWhenDue(start + week),
    { "!WrongState": open, nothing: "erased", "!NotFound": "initial", "!TooEarly": "*" }
  ],
  ["RecordErased", () => a.recordErased, { nothing: "erased", "!NotFound": "initial", PersonalDataErased: "*" }],
  [
    "PlaceHold",
    () => a.placeHold(start + week),
    { "!PersonalDataErased": "erased", "!NotFound": "initial", HoldPlaced: "*" }
  ],
  ["EndHold, where there is none", () => a.endHold(), { "!NotFound": "initial", nothing: "*" }]
]

const said = (decision: Decision): string =>
  Result.match(decision, {
    onFailure: ({ _tag }) => `!${_tag}`,
    onSuccess: (events) => events.map(({ _tag }) => _tag).join(" ") || "nothing"
  })

describe.each(table)("%s", (_, commandFor, outcomes) => {
  const named = new Map(
    Object.entries(outcomes).flatMap(([outcome, names]) => names.split(" ").map((n) => [n, outcome]))
  )

  it("the table names states that there are", () => {
    expect([...named.keys()].filter((name) => name !== "*" && !historyNames.some((known) => known === name))).toEqual(
      []
    )
  })

  it.each(historyNames)("when it is %s", (name) => {
    const state = fold(histories[name])
    const command = commandFor("submissions" in state ? state.submissions : 0)
    const decision = decide(command, state)
    expect(said(decision)).toBe(named.get(name) ?? named.get("*"))
    const after = Result.isSuccess(decision) ? foldOn(state, decision.success, start + week) : state
    const again = said(decide(command, after))
    expect(again === "nothing" || again.startsWith("!"), "the second time").toBe(true)
  })
})
