import { randomUUID } from "node:crypto"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "vitest"
import { nikSerials } from "../../src/simulator/test-values.ts"
import type { SimulatorProcess } from "../support/simulator.ts"
import { startSimulator } from "../support/simulator.ts"
import {
  callbackReceiver,
  confirmBody,
  jpeg,
  partnerOf,
  person,
  sha256,
  soon,
  USER_TYPE,
  userWith
} from "../support/simulator-partner.ts"

let simulator: SimulatorProcess
let receiver: Awaited<ReturnType<typeof callbackReceiver>>

beforeAll(async () => {
  receiver = await callbackReceiver()
  simulator = await startSimulator({
    callbackUrl: receiver.url,
    callbackAuth: "bearer s3cret",
    slowMs: 30,
    hangMs: 30,
    lateMs: 60,
    lagMs: 600_000
  })
})
afterAll(async () => {
  await simulator.stop()
  receiver.close()
})
afterEach(() => simulator.reset())

/** The result that the poll tells, once it has the status. */
const resultOf = async (userId: string, submissionId: string, status: string) => {
  const { poll } = await partnerOf(simulator, userId)
  return soon(async () => {
    const { data } = await poll(submissionId)
    assert.strictEqual(data["status"], status)
    return data
  })
}

const statusesOf = (userId: string) => receiver.of(userId).map(({ body }) => `${body["status"]} ${body["result"]}`)

const noViolations = async () => assert.deepStrictEqual((await simulator.ledger()).violations, [])

describe("a registration by hand", () => {
  it("goes from the token to the certificate", async () => {
    const userId = userWith()
    const partner = await partnerOf(simulator, userId)

    const token = await partner.fetchToken()
    assert.strictEqual(token.data["expiry_seconds"], "1800")
    assert.match(String(token.data["expires_at"]), /^\d{10}$/)

    const session = randomUUID()
    const urls = await partner.urls(session)
    const documents = urls.data["documents"] as Record<
      string,
      { documentUrl: string; documentReference: string; expiryInSeconds: string }
    >
    const submissionId = String(urls.data["submissionId"])
    assert.strictEqual(urls.data["status"], "INITIATED")
    for (const [kind, document] of Object.entries(documents)) {
      const url = new URL(document.documentUrl)
      assert.strictEqual(url.host, simulator.storageHost)
      assert.match(document.documentReference, new RegExp(`^[0-9a-f-]{36}_${kind}$`))
      assert.strictEqual(document.expiryInSeconds, "432000")
      for (const name of ["Algorithm", "Date", "Expires", "SignedHeaders", "Security-Token", "Signature"]) {
        assert.isTrue(url.searchParams.has(`X-Amz-${name}`), name)
      }
    }
    assert.strictEqual((await partner.poll(submissionId)).data["status"], "INITIATED")

    assert.strictEqual((await partner.put(documents["KTP"]?.documentUrl ?? "")).status, 200)
    assert.strictEqual((await partner.put(documents["SELFIE"]?.documentUrl ?? "")).status, 204)
    const confirmSession = randomUUID()
    const body = confirmBody(submissionId, { ...person(), nik: "9171096112909007" })
    const confirmed = await partner.confirm(body, confirmSession)
    assert.deepStrictEqual(confirmed.data, { submissionId })

    const result = await resultOf(userId, submissionId, "COMPLETED")
    const { processedAt, submissionDetails, ...rest } = result
    assert.deepStrictEqual(rest, {
      submissionId,
      flow: "CERT_REG",
      userId,
      userIdType: USER_TYPE,
      partnerSessionId: confirmSession,
      status: "COMPLETED",
      result: "VALID"
    })
    assert.match(String(processedAt), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
    const details = submissionDetails as Record<string, unknown>
    assert.match(String(details["registrationId"]), /^[0-9a-f-]{36}$/)
    assert.deepStrictEqual(details["verificationResult"], {
      nik: "PASS",
      name: "PASS",
      dateOfBirth: "PASS",
      selfie: "PASS"
    })
    await soon(() => assert.deepStrictEqual(statusesOf(userId), ["PARTIALLY_COMPLETED VALID", "COMPLETED VALID"]))
    assert.deepStrictEqual(receiver.of(userId)[1]?.body, result)

    const seen = await simulator.user(userId)
    const submission = seen.submissions[0]
    assert.deepInclude(submission ?? {}, {
      openedUnder: session,
      confirmedUnder: [confirmSession],
      certificateId: details["registrationId"],
      confirmBody: body
    })
    assert.deepStrictEqual(submission?.objects.KTP, {
      sha256: sha256(jpeg),
      size: jpeg.length,
      mediaType: "image/jpeg",
      puts: 1
    })
    assert.deepStrictEqual(
      seen.calls.slice(0, 5).map((record) => `${record.call} ${record.status}`),
      ["urls 200", "poll 200", "put 200", "put 204", "confirm 200"]
    )
    assert.deepStrictEqual(
      (await simulator.confirmed()).map(({ sessions }) => sessions),
      [[confirmSession]]
    )
    await noViolations()
  })

  it("repeats a submission for a repeated session id, and opens another one for a new one", async () => {
    const { urls } = await partnerOf(simulator, userWith())
    const session = randomUUID()
    const [first, again, other] = [await urls(session), await urls(session), await urls()]
    assert.strictEqual(again.data["submissionId"], first.data["submissionId"])
    assert.notStrictEqual(other.data["submissionId"], first.data["submissionId"])
    const anew = await partnerOf(simulator, userWith("new-urls"))
    assert.notStrictEqual(
      (await anew.urls(session)).data["submissionId"],
      (await anew.urls(session)).data["submissionId"]
    )
  })

  it("refuses a contact that is bound to another NIK", async () => {
    const first = person()
    const firstUser = userWith()
    await (await partnerOf(simulator, firstUser)).register(first)
    await soon(async () => assert.isDefined((await simulator.user(firstUser)).submissions[0]?.certificateId))
    for (const [taken, reasonCode] of [
      [{ ...person(), email: first.email.toUpperCase() }, "EMAIL_HAS_BEEN_USED"],
      [{ ...person(), phoneNumber: first.phoneNumber }, "PHONE_HAS_BEEN_USED"]
    ] as const) {
      const userId = userWith()
      const id = await (await partnerOf(simulator, userId)).register(taken)
      assert.strictEqual((await resultOf(userId, id, "COMPLETED"))["reasonCode"], reasonCode)
    }
    const again = userWith()
    const id = await (await partnerOf(simulator, again)).register(first)
    assert.strictEqual((await resultOf(again, id, "COMPLETED"))["result"], "VALID")
  })
})

const registered = async (...values: ReadonlyArray<string>) => {
  const userId = userWith(...values)
  const partner = await partnerOf(simulator, userId)
  return { userId, submissionId: await partner.register(), partner }
}

describe("test values", () => {
  const allPassed = { nik: "PASS", name: "PASS", dateOfBirth: "PASS", selfie: "PASS" }
  const reasons = [
    "DUKCAPIL_REJECTED",
    "EMAIL_HAS_BEEN_USED",
    "PHONE_HAS_BEEN_USED",
    "FRAUD_REJECT",
    "NOT_EKTP",
    "LIVENESS_CHECK_FAILED",
    "AETHER_VERIFICATION_FAILED"
  ]
  const failures = ["DUKCAPIL_SYSTEM_ERROR", "DUKCAPIL_IRRETRIEVABLE_ERROR", "SYSTEM_ERROR"]

  it.each<readonly [value: string, status: string, result: string | undefined, reasonCode: string | undefined]>([
    ...reasons.map((code) => [`rejected-${code}`, "COMPLETED", "INVALID", code] as const),
    ...failures.map((code) => [`failed-${code}`, "ERROR", undefined, code] as const),
    ["rejected", "COMPLETED", "INVALID", undefined],
    ["failed", "ERROR", undefined, undefined],
    ["rejected-A_CODE_OF_TOMORROW", "COMPLETED", "INVALID", "A_CODE_OF_TOMORROW"],
    ["partial-only", "PARTIALLY_COMPLETED", "VALID", undefined],
    ["no-result", "COMPLETED", undefined, undefined],
    ["stuck", "IN_PROGRESS", undefined, undefined],
    ["mismatch-nik", "COMPLETED", "INVALID", "DUKCAPIL_REJECTED"],
    ["mismatch-name", "COMPLETED", "INVALID", "DUKCAPIL_REJECTED"],
    ["mismatch-birth-date", "COMPLETED", "INVALID", "DUKCAPIL_REJECTED"],
    ["mismatch-face", "COMPLETED", "INVALID", "AETHER_VERIFICATION_FAILED"]
  ])("%s ends in %s %s %s", async (value, status, result, reasonCode) => {
    const { userId, submissionId } = await registered(value)
    const told = await resultOf(userId, submissionId, status)
    assert.strictEqual(told["result"], result)
    assert.strictEqual(told["reasonCode"], reasonCode)
    await noViolations()
  })

  it.each([
    ["mismatch-nik", { nik: "FAIL" }],
    ["mismatch-name", { name: "FAIL" }],
    ["mismatch-birth-date", { dateOfBirth: "FAIL" }],
    ["mismatch-face", { selfie: "FAIL" }],
    ["rejected", { nik: "FAIL" }],
    ["rejected-NOT_EKTP", {}]
  ])("%s fails the check %s", async (value, failed) => {
    const { userId, submissionId } = await registered(value)
    const details = (await resultOf(userId, submissionId, "COMPLETED"))["submissionDetails"]
    assert.deepInclude(details as object, { verificationResult: { ...allPassed, ...failed } })
  })

  it.each(Object.entries(nikSerials))("NIK …%s means %s", async (serial, value) => {
    const bySerial = userWith()
    const submissionId = await (await partnerOf(simulator, bySerial)).register(person(serial))
    const { userId, submissionId: byValue } = await registered(value)
    const shown = async (id: string) =>
      (await simulator.user(id)).submissions[0]?.changes.map(({ at: _, ...change }) => change) ?? []
    const expected = value === "stuck" ? 0 : 1
    await soon(async () => assert.lengthOf(await shown(userId), expected))
    await soon(async () => assert.deepStrictEqual(await shown(bySerial), await shown(userId)))
    assert.notStrictEqual(submissionId, byValue)
  })

  const P = "PARTIALLY_COMPLETED VALID"
  const C = "COMPLETED VALID"
  it.each<readonly [values: ReadonlyArray<string>, callbacks: ReadonlyArray<string>]>([
    [["duplicate"], [P, P, C, C]],
    [["reorder"], [C, P]],
    [["late"], [P, C]],
    [["no-partial"], [C]],
    [["partial-no-result"], ["PARTIALLY_COMPLETED undefined", C]],
    [["partial-invalid"], ["PARTIALLY_COMPLETED INVALID", C]],
    [["bare", "rejected"], []],
    [
      ["partial-first", "rejected-NOT_EKTP"],
      [P, "COMPLETED INVALID"]
    ],
    [
      ["partial-first", "failed-SYSTEM_ERROR", "duplicate"],
      [P, P, "ERROR undefined", "ERROR undefined"]
    ],
    [
      ["reorder", "duplicate"],
      [C, C, P, P]
    ],
    [["mixed-case"], ["Partially_completed Valid", "Completed Valid"]]
  ])("%s: callbacks %s", async (values, expected) => {
    const { userId, submissionId } = await registered(...values)
    const { callbacks, submissions } = await soon(async () => {
      const seen = await simulator.user(userId)
      assert.lengthOf(seen.callbacks, Math.max(1, expected.length))
      return seen
    })
    const delays = callbacks.map(({ at }, index) => at - (submissions[0]?.changes[index]?.at ?? at))
    if (values.includes("late")) for (const delay of delays) assert.isAtLeast(delay, 55)
    assert.deepStrictEqual(statusesOf(userId), expected)
    if (values.includes("bare")) {
      assert.deepStrictEqual(receiver.received.at(-1)?.body, { submissionId, status: "COMPLETED" })
    }
  })

  it("silent: the poll alone tells", async () => {
    const { userId, submissionId } = await registered("silent")
    await resultOf(userId, submissionId, "COMPLETED")
    assert.deepStrictEqual((await simulator.user(userId)).callbacks, [])
  })

  it("null-fields and upper-ids change how results are written", async () => {
    const { userId, submissionId } = await registered("null-fields", "failed", "upper-ids")
    const told = await resultOf(userId, submissionId, "ERROR")
    assert.strictEqual(told["submissionId"], submissionId.toUpperCase())
    assert.deepInclude(told, { result: null, reasonCode: "", submissionDetails: null })
  })

  it("confirm-lag: the poll learns of the confirm later", async () => {
    const { userId, submissionId, partner } = await registered("confirm-lag")
    assert.strictEqual((await partner.poll(submissionId)).data["status"], "INITIATED")
    await simulator.script({ settings: { lagMs: 0 } })
    await resultOf(userId, submissionId, "COMPLETED")
  })

  it("poll-lag: the poll learns of the verdict later", async () => {
    const { userId, submissionId, partner } = await registered("poll-lag")
    await soon(() => assert.deepStrictEqual(statusesOf(userId), [P, C]))
    assert.strictEqual((await partner.poll(submissionId)).data["status"], "IN_PROGRESS")
    await simulator.script({ settings: { lagMs: 0 } })
    await resultOf(userId, submissionId, "COMPLETED")
  })

  it("unconfirmed-404, superseded and confirm-once", async () => {
    const userId = userWith("unconfirmed-404", "superseded", "confirm-once", "stuck")
    const { upload, poll, confirm } = await partnerOf(simulator, userId)
    const { submissionId } = await upload()
    const before = await poll(submissionId)
    assert.deepStrictEqual([before.status, before.errors[0]?.code], [404, "1518"])
    const [body, session] = [confirmBody(submissionId, person()), randomUUID()]
    assert.strictEqual((await confirm(body, session)).status, 200)
    assert.strictEqual((await poll(submissionId)).status, 404)
    assert.strictEqual((await simulator.user(userId)).submissions.length, 2)
    assert.strictEqual((await confirm(body, session)).errors[0]?.cause, "SUBMISSION_ALREADY_CONFIRMED")
    await noViolations()
  })

  it.each([
    ["gone-urls", 403, "AccessDenied"],
    ["gone-tokens", 400, "ExpiredToken"]
  ])("%s: the first submission's uploads are answered %i, the second's are taken", async (value, status, code) => {
    const userId = userWith(value)
    const { open, put, upload } = await partnerOf(simulator, userId)
    const refused = await put((await open()).KTP)
    assert.strictEqual(refused.status, status)
    assert.include(refused.text, `<Code>${code}</Code>`)
    await upload()
    const [first, second] = (await simulator.user(userId)).submissions.map(({ objects }) => Object.keys(objects).sort())
    assert.deepStrictEqual([first, second], [[], ["KTP", "SELFIE"]])
  })

  it("short-urls live for a second, and an expired URL is a 403 in XML", async () => {
    const { open, put } = await partnerOf(simulator, userWith("short-urls"))
    const { KTP } = await open()
    const refused = await soon(async () => {
      const answer = await put(KTP)
      assert.strictEqual(answer.status, 403)
      return answer
    })
    assert.include(refused.text, "Request has expired")
    await simulator.script({ settings: { credentialTtl: 0 } })
    const { open: openLong, put: putLong } = await partnerOf(simulator, userWith())
    assert.include((await putLong((await openLong()).KTP)).text, "ExpiredToken")
    await noViolations()
  })

  it("a test value that nobody knows is refused", async () => {
    const { urls } = await partnerOf(simulator, userWith("rejectd"))
    assert.deepStrictEqual((await urls()).errors, [{ code: "1599", cause: "UNKNOWN_SIMULATOR_TEST_VALUE" }])
  })
})
