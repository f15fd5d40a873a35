import { randomUUID } from "node:crypto"
import { afterAll, describe, expect, it, vi } from "vitest"
import { type Resource, type State, usersOf } from "../support/api.ts"
import { eventually } from "../support/eventually.ts"
import { checkHistory, publicTypes } from "../support/history.ts"
import { checkLedger, wholeHistories } from "../support/platform-view.ts"
import { registrationRequest } from "../support/registration-request.ts"
import { startService } from "../support/service.ts"

vi.setConfig({ maxConcurrency: 24 })

/** No poll is due without a callback while a test lasts. */
const told = await startService({ env: { VERDICT_POLL_AFTER: "1 hour" }, simulator: { lateMs: 500 } })
/** There are no callbacks at all. */
const asking = await startService({
  env: { VERDICT_POLL_AFTER: "300 millis", VERDICT_POLL_MAX: "500 millis" },
  callbacks: false
})
afterAll(() => Promise.all([told.close(), asking.close()]))

const userWith = usersOf("flow")

const wayTo = (...end: ReadonlyArray<string>) => [
  ...["Requested", "UrlsIssued", "ImageUploaded", "ImageUploaded", "ImagesUploaded", "Confirmed"],
  ...end
]
/** A poll may come too late to see the identity verified: that is no verdict. */
const withoutVerified = (types: ReadonlyArray<string>) => types.filter((type) => type !== "IdentityVerified")

const passed = { nik: "PASS", name: "PASS", dateOfBirth: "PASS", selfie: "PASS" }
const codes = [
  "DUKCAPIL_REJECTED",
  "DUKCAPIL_SYSTEM_ERROR",
  "DUKCAPIL_IRRETRIEVABLE_ERROR",
  "EMAIL_HAS_BEEN_USED",
  "PHONE_HAS_BEEN_USED",
  "FRAUD_REJECT",
  "NOT_EKTP",
  "LIVENESS_CHECK_FAILED",
  "AETHER_VERIFICATION_FAILED",
  "SYSTEM_ERROR",
  "A_CODE_OF_TOMORROW"
]

type Row = { readonly values: string; readonly state: State; readonly shows: Partial<Resource> }
const certificate = { registrationId: expect.stringMatching(/^[0-9a-f-]{36}$/), issuedAt: expect.any(String) }
const issued = (values: string): Row => ({ values, state: "issued", shows: { certificate } })
const rejected = (values: string, reasonCode?: string, verification: object = {}): Row => ({
  values,
  state: "rejected",
  shows: { rejection: { ...(reasonCode ? { reasonCode } : {}), verification: { ...passed, ...verification } } }
})

const verdicts: ReadonlyArray<Row> = [
  issued(""),
  issued("no-partial"),
  issued("reorder"),
  issued("duplicate"),
  issued("reorder duplicate"),
  issued("late"),
  issued("late reorder duplicate"),
  issued("bare"),
  issued("partial-no-result"),
  issued("partial-invalid"),
  issued("mixed-case"),
  issued("null-fields"),
  issued("upper-ids"),
  issued("poll-lag"),
  ...codes.map((code) =>
    rejected(
      `rejected-${code}`,
      code,
      code.includes("DUKCAPIL_REJ") ? { nik: "FAIL" } : /LIVE|AETHER/.test(code) ? { selfie: "FAIL" } : {}
    )
  ),
  rejected("rejected", undefined, { nik: "FAIL" }),
  rejected("rejected-NOT_EKTP partial-first", "NOT_EKTP"),
  rejected("rejected-NOT_EKTP duplicate mixed-case null-fields", "NOT_EKTP"),
  rejected("mismatch-nik", "DUKCAPIL_REJECTED", { nik: "FAIL" }),
  rejected("mismatch-name", "DUKCAPIL_REJECTED", { name: "FAIL" }),
  rejected("mismatch-birth-date", "DUKCAPIL_REJECTED", { dateOfBirth: "FAIL" }),
  rejected("mismatch-face", "AETHER_VERIFICATION_FAILED", { selfie: "FAIL" }),
  { values: "failed-SYSTEM_ERROR", state: "failed", shows: { failure: { reasonCode: "SYSTEM_ERROR" } } },
  { values: "failed", state: "failed", shows: { failure: {} } },
  { values: "failed-SYSTEM_ERROR partial-first", state: "failed", shows: { failure: { reasonCode: "SYSTEM_ERROR" } } }
]
const lastOf: { readonly [S in State]?: string } = {
  issued: "CertificateIssued",
  rejected: "Rejected",
  failed: "Failed"
}

const endsAs = async (service: typeof told, { values, state, shows }: Row) => {
  const user = userWith(values)
  const id = await service.api.register(user)
  const now = await service.api.until(id, state)
  expect(now).toMatchObject(shows)
  for (const outcome of ["certificate", "rejection", "failure"] as const) expect(outcome in now).toBe(outcome in shows)
  expect(now.verdictPending).toBeUndefined()
  const [history] = await wholeHistories(service, user, id)
  expect(history.registration).toEqual(now)
  expect(withoutVerified(publicTypes(history))).toEqual(wayTo(lastOf[state] ?? ""))
  return history
}

describe.concurrent("a verdict that a callback announces", () => {
  it.for(verdicts)("[$values]: $state", async (row) => {
    const { events } = await endsAs(told, row)
    expect(events.map(({ type }) => type)).toContain("ResultReported")
  })

  it("comes in two steps when the certificate takes longer than the check of the identity", async () => {
    const user = userWith("partial-only")
    const id = await told.api.register(user)
    const verified = await told.api.until(id, "identity_verified")
    await told.simulator.change(String(verified.submissionId), { status: "COMPLETED", result: "VALID" })
    await told.api.until(id, "issued")
    const history = await told.api.history(id)
    checkHistory(history)
    expect(publicTypes(history)).toEqual(wayTo("IdentityVerified", "CertificateIssued"))
  })

  it("refuses a contact that belongs to another NIK", async () => {
    const contact = { email: { address: "own@example.id", verificationReferenceId: "otp-1" } }
    const { applicant } = registrationRequest()
    await told.api.until(await told.api.register(userWith(""), { applicant: { ...applicant, ...contact } }), "issued")
    const other = { ...applicant, ...contact, nik: "3174096112900002" }
    const rejectedNow = await told.api.until(await told.api.register(userWith(""), { applicant: other }), "rejected")
    expect(rejectedNow.rejection?.reasonCode).toBe("EMAIL_HAS_BEEN_USED")
  })

  it("is about the person that was sent, each digit of the NIK exact", async () => {
    const user = userWith("")
    const nik = "9171095112900003"
    const { email, ...applicant } = registrationRequest().applicant
    const phoneNumber = { number: "+62 812-3456-7890", verificationReferenceId: "otp-2" }
    const id = await told.api.register(user, { applicant: { ...applicant, nik, phoneNumber }, locale: "en_ID" })
    await told.api.until(id, "issued")
    const [submission] = (await told.platform(user)).submissions
    expect(submission?.confirmBody).toContain(`"nik":${nik},`)
    expect(JSON.parse(submission?.confirmBody ?? "")).toMatchObject({
      submissionId: submission?.submissionId,
      metadata: {
        userDetails: { name: "Siti Rahmawati", dateOfBirth: "21-12-1990", phoneNumber: "6281234567890" },
        userLocale: "en_ID",
        consentData: [{ consentGiven: true, timeStamp: Date.parse("2026-01-23T10:00:00.000Z") }]
      }
    })
  })

  it("is correlated with the request by its id", async () => {
    const requestId = randomUUID()
    const { id } = await told.api.start(userWith(""), {}, { "x-request-id": requestId })
    await told.api.uploadBoth(id)
    await told.api.until(id, "issued")
    const history = await told.api.history(id)
    checkHistory(history)
    expect(history.events[0]?.correlationId).toBe(requestId)
  })
})

describe.concurrent("a verdict that nobody announces", () => {
  it.for(
    verdicts.filter(({ values }) => ["", "no-partial", "rejected", "rejected-NOT_EKTP", "failed"].includes(values))
  )("[$values]: $state, found by polling", async (row) => {
    const { events } = await endsAs(asking, { ...row, values: `${row.values} silent` })
    expect(events.map(({ type }) => type)).not.toContain("ResultReported")
  })

  const polls = async (user: string) =>
    (await asking.callsOf(user, "poll")).filter(({ status }) => status === 200).length

  it.for([
    ["partial-only", "identity_verified"],
    ["no-result no-partial", "awaiting_verdict"],
    ["partial-invalid partial-only", "awaiting_verdict"],
    ["stuck", "awaiting_verdict"],
    ["superseded", "awaiting_verdict"]
  ] as const)("[%s] stays %s however often the platform is asked", async ([values, state]) => {
    const user = userWith(values)
    const id = await asking.api.register(user)
    const now = await asking.api.until(id, state)
    const before = await polls(user)
    await eventually("three more polls", async () => (await polls(user)) >= before + 3)
    expect(await asking.api.get(id)).toEqual(now)
    await wholeHistories(asking, user, id)
  })
})

it("all of it was as the platform's contract says, with one token", async () => {
  for (const service of [told, asking]) {
    await checkLedger(service)
    expect((await service.simulator.ledger()).calls.token).toBe(1)
  }
})
