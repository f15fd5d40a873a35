import { execFile } from "node:child_process"
import { randomUUID } from "node:crypto"
import { readFileSync } from "node:fs"
import { request } from "node:http"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "vitest"
import { BoundedMap } from "../../src/simulator/bounded-map.ts"
import { endings, nikSerials, traits } from "../../src/simulator/test-values.ts"
import type { SimulatorProcess } from "../support/simulator.ts"
import { startSimulator } from "../support/simulator.ts"
import {
  call,
  callbackReceiver,
  confirmBody,
  jpeg,
  partnerOf,
  person,
  soon,
  USER_TYPE,
  userWith
} from "../support/simulator-partner.ts"

let simulator: SimulatorProcess

beforeAll(async () => {
  simulator = await startSimulator()
})
afterAll(() => simulator.stop())
afterEach(() => simulator.reset())

const counted = async () =>
  (await simulator.ledger()).violations.map(({ rule, detail }) => (detail === "" ? rule : `${rule} ${detail}`))

/** A request that no well-bred client makes; answers the status, or `aborted`. */
const raw = (
  url: string,
  method: string,
  headers: Record<string, string | number>,
  body: Buffer | undefined,
  cutAfter?: number
) =>
  new Promise<number | "aborted">((resolve) => {
    const sent = request(url, { method, headers }, (response) => {
      response.resume()
      response.once("end", () => resolve(response.statusCode ?? 0))
    })
    sent.once("error", () => resolve("aborted"))
    if (cutAfter === undefined) sent.end(body)
    else sent.write(body?.subarray(0, cutAfter), () => sent.destroy())
  })

describe("headers", () => {
  const partner = () => partnerOf(simulator, userWith())

  it("of the token call", async () => {
    const { fetchToken } = await partner()
    const { clientId, passKey } = simulator.credentials
    const causes = async (headers: Record<string, string>) => {
      const { status, errors } = await fetchToken(headers)
      return [status, ...errors.map(({ code, cause }) => `${code} ${cause}`)]
    }
    assert.deepStrictEqual(await causes({}), [400, "1650 MISSING_CLIENT_ID", "1650 MISSING_PASS_KEY"])
    assert.deepStrictEqual(await causes({ "client-id": clientId }), [400, "1650 MISSING_PASS_KEY"])
    assert.deepStrictEqual(await causes({ "client-id": clientId, "pass-key": "wrong" }), [401, "110 UNAUTHORIZED"])
    await fetchToken({ "client-id": clientId, "pass-key": passKey, "x-onekyc-token": "t" })
    assert.deepStrictEqual(await counted(), [
      "header-missing client-id",
      "header-missing pass-key",
      "header-missing pass-key",
      "header-not-allowed x-onekyc-token"
    ])
  })

  it.each<
    readonly [
      headers: Record<string, string>,
      status: number,
      causes: ReadonlyArray<string>,
      rules: ReadonlyArray<string>
    ]
  >([
    [{ "x-onekyc-token": "" }, 401, ["UNAUTHORIZED"], ["header-missing x-onekyc-token"]],
    [{ "x-onekyc-token": "unknown" }, 401, ["UNAUTHORIZED"], []],
    [{ "x-partner-user-id": "" }, 400, ["PARTNER_USER_ID_CAN_NOT_BE_EMPTY"], ["header-missing x-partner-user-id"]],
    [
      { "x-partner-user-id-type": "" },
      400,
      ["PARTNER_USER_ID_TYPE_CAN_NOT_BE_EMPTY"],
      ["header-missing x-partner-user-id-type"]
    ],
    [
      { "x-esign-onboarding-partner": "" },
      400,
      ["ESIGN_ONBOARDING_PARTNER_CAN_NOT_BE_EMPTY"],
      ["header-missing x-esign-onboarding-partner"]
    ],
    [
      { "x-esign-onboarding-partner": "OTHER" },
      403,
      ["ONBOARDING_PARTNER_DOES_NOT_BELONG_TO_CLIENT"],
      ["onboarding-partner-foreign"]
    ],
    [{ "x-partner-session-id": "" }, 200, [], ["header-missing x-partner-session-id"]],
    [{ "x-partner-session-id": "42" }, 200, [], ["session-not-a-uuid"]],
    [{ "client-id": "x", cookie: "y" }, 200, [], ["header-not-allowed client-id", "header-not-allowed cookie"]]
  ])("%j at the URL call: %i %s", async (headers, status, causes, rules) => {
    const { urls } = await partner()
    const answer = await urls(randomUUID(), headers)
    assert.deepStrictEqual([answer.status, answer.errors.map(({ cause }) => cause)], [status, causes])
    assert.deepStrictEqual(await counted(), rules)
  })

  it("of the poll: no onboarding partner, and a submission of the user's own", async () => {
    const { open, poll } = await partner()
    const { submissionId } = await open()
    await poll(submissionId, randomUUID(), { "x-esign-onboarding-partner": "CLIENT_T-BE-CERT_REG" })
    await poll(submissionId, randomUUID(), { submissionId: "" })
    await poll(await simulator.openElsewhere("somebody", USER_TYPE))
    assert.deepStrictEqual(await counted(), [
      "header-not-allowed x-esign-onboarding-partner",
      "header-missing submissionId",
      "submission-foreign"
    ])
  })

  it("an unknown user's poll is 404 with code 1514", async () => {
    const { poll } = await partner()
    const { status, errors } = await poll(randomUUID())
    assert.deepStrictEqual([status, errors[0]?.code], [404, "1514"])
  })

  it("tokens end: 401, and a new one is good again", async () => {
    const userId = userWith()
    const { urls } = await partnerOf(simulator, userId)
    await simulator.expireTokens()
    assert.strictEqual((await urls()).status, 401)
    await simulator.script({ settings: { tokenTtl: 0 } })
    assert.strictEqual((await (await partnerOf(simulator, userId)).urls()).status, 401)
    await simulator.script({ settings: { tokenTtl: 1800 } })
    assert.strictEqual((await (await partnerOf(simulator, userId)).urls()).status, 200)
  })

  it("tokens that are fetched all the time are answered 429", async () => {
    await simulator.script({ settings: { tokensPerMinute: 0 } })
    const { fetchToken } = await partner()
    const { status, headers } = await fetchToken()
    assert.deepStrictEqual([status, headers.get("retry-after")], [429, "10"])
    assert.deepStrictEqual(await counted(), ["tokens-fetched-too-often", "tokens-fetched-too-often"])
  })
})

describe("endpoints", () => {
  it.each<readonly [method: string, path: string, base: "baseUrl" | "tokenBaseUrl", status: number, rule: string]>([
    ["GET", "/v1/esign/partner/authentication", "baseUrl", 404, "wrong-base-url"],
    ["GET", "/esign-partner/v1/submissions", "tokenBaseUrl", 404, "wrong-base-url"],
    ["POST", "/esign-partner/v1/submissions/urls", "baseUrl", 404, "endpoint-unknown"],
    ["GET", "/", "baseUrl", 404, "endpoint-unknown"],
    ["GET", "/_control/ledger", "tokenBaseUrl", 404, "endpoint-unknown"]
  ])("%s %s at %s is %i", async (method, path, base, status, rule) => {
    assert.strictEqual((await call(simulator[base] + path, { method })).status, status)
    assert.deepStrictEqual(await counted(), [rule])
  })

  it("queries and bodies that do not belong there", async () => {
    const { fetchToken } = await partnerOf(simulator, userWith())
    const token = String((await fetchToken()).data["token"])
    const headers = {
      "x-onekyc-token": token,
      "x-partner-user-id": userWith(),
      "x-partner-user-id-type": USER_TYPE,
      "x-partner-session-id": randomUUID(),
      "x-esign-onboarding-partner": simulator.credentials.onboardingPartner
    }
    const urls = `${simulator.baseUrl}/esign-partner/v1/submissions/urls`
    assert.strictEqual((await call(`${urls}?submissionType=OTHER`, { headers })).status, 400)
    await raw(`${urls}?submissionType=CERT_REG`, "GET", { ...headers, "content-length": 2 }, Buffer.from("{}"))
    assert.deepStrictEqual(await counted(), ["query-wrong", "body-not-expected"])
  })
})

describe("storage", () => {
  const uploader = async () => {
    const userId = userWith()
    const partner = await partnerOf(simulator, userId)
    const urls = await partner.open()
    const stored = async () => (await simulator.user(userId)).submissions[0]?.objects.KTP
    return { ...partner, ...urls, stored }
  }

  it.each<readonly [what: string, change: (url: string) => string]>([
    ["path", (url) => url.replace("_KTP?", "_SELFIE?")],
    ["query", (url) => url.replace("X-Amz-Expires=432000", "X-Amz-Expires=864000")],
    ["encoding", (url) => url.replaceAll("%2F", "/")],
    ["signature", (url) => `${url}0`],
    ["object", (url) => url.replace(/[0-9a-f]{8}-/, "00000000-")],
    ["host", (url) => url.replace("127.0.0.1", "localhost")]
  ])("a URL with another %s is refused", async (_, change) => {
    const { KTP, put, stored } = await uploader()
    const { status, text } = await put(change(KTP))
    assert.strictEqual(status, 403)
    assert.include(text, "<Code>SignatureDoesNotMatch</Code>")
    assert.isUndefined(await stored())
    assert.deepStrictEqual(await counted(), ["url-altered"])
  })

  it("takes no body of unknown length", async () => {
    const { KTP, stored } = await uploader()
    assert.strictEqual(
      await raw(KTP, "PUT", { "content-type": "image/jpeg", "transfer-encoding": "chunked" }, jpeg),
      411
    )
    assert.isUndefined(await stored())
    assert.deepStrictEqual(await counted(), ["content-length-missing"])
  })

  it("keeps nothing of an upload that was cut off", async () => {
    const { KTP, stored } = await uploader()
    await raw(KTP, "PUT", { "content-type": "image/jpeg", "content-length": jpeg.length }, jpeg, 1000)
    await soon(async () => assert.strictEqual((await simulator.ledger()).abortedUploads, 1))
    assert.isUndefined(await stored())
    assert.deepStrictEqual(await counted(), [])
  })

  it.each<readonly [headers: Record<string, string>, body: Buffer, rule: string]>([
    [{ "x-onekyc-token": "t" }, jpeg, "header-not-allowed x-onekyc-token"],
    [{ "x-partner-session-id": randomUUID() }, jpeg, "header-not-allowed x-partner-session-id"],
    [{ authorization: "Bearer x" }, jpeg, "header-not-allowed authorization"],
    [{ "content-type": "application/octet-stream" }, jpeg, "content-type-wrong"],
    [{ "content-type": "image/png" }, jpeg, "image-not-of-its-type"],
    [{}, Buffer.from("not an image"), "image-not-of-its-type"],
    [{}, Buffer.alloc(0), "image-empty"]
  ])("%j is taken and counted", async (headers, body, rule) => {
    const { KTP, put } = await uploader()
    assert.strictEqual((await put(KTP, body, headers)).status, 200)
    assert.deepStrictEqual(await counted(), [rule])
  })

  it("an upload after the confirm is counted", async () => {
    const { KTP, SELFIE, confirm, put, submissionId } = await uploader()
    await Promise.all([put(KTP), put(SELFIE)])
    await confirm(confirmBody(submissionId, person()))
    await put(KTP)
    assert.deepStrictEqual(await counted(), ["upload-after-confirm"])
  })
})

describe("confirm", () => {
  const user = "metadata.userDetails"
  const consent = "metadata.consentData"

  it.each<readonly [rule: string, replace: readonly [from: RegExp | string, to: string], status: number]>([
    [`field-wrong ${user}.nik`, [/"nik":(\d+)/, '"nik":"$1"'], 400],
    [`field-wrong ${user}.nik`, [/"nik":\d+/, '"nik":9.171096112909007e15'], 400],
    [`field-wrong ${user}.nik`, [/"nik":\d/, '"nik":'], 400],
    [`field-missing ${user}.nik`, [/"nik":\d+,/, ""], 400],
    [`field-wrong ${user}.name`, ["Siti Rahmawati", ""], 400],
    [`field-wrong ${user}.dateOfBirth`, ["30-11-1990", "1990-11-30"], 400],
    [`field-wrong ${user}.dateOfBirth`, ["30-11-1990", "31-11-1990"], 400],
    [`field-wrong ${user}.email`, [/"email":"[^"]+"/, '"email":"siti"'], 400],
    [`field-wrong ${user}.phoneNumber`, ['"phoneNumber":"62', '"phoneNumber":"+62'], 400],
    [
      `field-wrong ${user}.dataVerification.email`,
      ['"isVerified":true,"verificationReferenceId":"otp-1"', '"isVerified":false'],
      400
    ],
    [`field-wrong ${user}.dataVerification.phoneNumber`, [',"verificationReferenceId":"otp-2"', ""], 400],
    [`field-wrong ${user}.dataVerification.email`, [/"email":"[^"]+",/, ""], 400],
    ["field-wrong metadata.userLocale", ['"id_ID","consentData"', '"id","consentData"'], 400],
    [`field-wrong ${consent}`, [/"consentData":\[.*\],"additionalData"/, '"consentData":[],"additionalData"'], 400],
    [`field-wrong ${consent}.consentGiven`, ['"consentGiven":true', '"consentGiven":false'], 400],
    [`field-wrong ${consent}.timeStamp`, ["1780000000000", "1780000000"], 400],
    [`field-wrong ${consent}.details`, [/"details":\{.*?\}\}/, '"details":{"id_ID":{}}'], 400],
    [`field-unknown ${user}.address`, ['"name":', '"address":"x","name":'], 200],
    [`field-unknown ${user}.?`, ['"name":', '"siti@example.id":1,"name":'], 200],
    ["json-wrong", [/\}$/, ""], 400],
    ["submission-foreign", [/"submissionId":"[^"]+"/, `"submissionId":"${randomUUID()}"`], 400]
  ])("%s", async (rule, [from, to], status) => {
    const userId = userWith()
    const { confirm, upload } = await partnerOf(simulator, userId)
    const { submissionId } = await upload()
    const body = confirmBody(submissionId, person())
    const changed = body.replace(from, to)
    assert.notStrictEqual(changed, body)
    assert.strictEqual((await confirm(changed)).status, status)
    assert.deepStrictEqual(await counted(), [rule])
    assert.strictEqual((await simulator.user(userId)).submissions[0]?.confirmedAt !== undefined, status === 200)
  })

  it("without a contact, or without its images", async () => {
    const { confirm, open, put } = await partnerOf(simulator, userWith())
    const { KTP, submissionId } = await open()
    await put(KTP)
    const body = confirmBody(submissionId, person())
    const session = randomUUID()
    const bare = body
      .replace(/"email":"[^"]+","phoneNumber":"[^"]+",/, "")
      .replace(/"dataVerification":\{.*?\}\}/, '"dataVerification":{}')
    assert.strictEqual((await confirm(bare, session)).status, 400)
    assert.strictEqual((await confirm(body, session)).errors[0]?.cause, "DOCUMENTS_NOT_UPLOADED")
    assert.deepStrictEqual(await counted(), [`field-missing ${user}.email`, "documents-missing SELFIE"])
  })

  it("of somebody else's submission is 1653", async () => {
    const other = await (await partnerOf(simulator, userWith())).upload()
    const { confirm } = await partnerOf(simulator, userWith())
    const { status, errors } = await confirm(confirmBody(other.submissionId, person()))
    assert.deepStrictEqual([status, errors[0]?.code], [400, "1653"])
    assert.deepStrictEqual(await counted(), ["submission-foreign"])
  })

  it("may be repeated under its session id, once a poll does not know of it", async () => {
    const { confirm, poll, upload } = await partnerOf(simulator, userWith("stuck", "confirm-lag"))
    await simulator.script({ settings: { lagMs: 600_000 } })
    const { submissionId } = await upload()
    const [body, session] = [confirmBody(submissionId, person()), randomUUID()]
    await confirm(body, session)
    await poll(submissionId)
    assert.strictEqual((await confirm(body, session)).status, 200)
    assert.deepStrictEqual((await simulator.confirmed())[0]?.sessions, [session])
    assert.deepStrictEqual(await counted(), [])
    await confirm(body, session)
    assert.deepStrictEqual(await counted(), ["confirm-repeated-without-a-poll"])
    assert.deepStrictEqual((await simulator.ledger()).confirms, { effective: 1, repeated: 2 })
  })

  it("is not repeated under another id, nor when the poll has told that it is known", async () => {
    const { confirm, poll, upload } = await partnerOf(simulator, userWith("stuck"))
    const { submissionId } = await upload()
    const body = confirmBody(submissionId, person())
    await confirm(body)
    await poll(submissionId)
    await confirm(body)
    assert.deepStrictEqual(await counted(), ["confirm-repeated-after-the-poll-told", "confirm-under-another-session"])
    assert.lengthOf((await simulator.confirmed())[0]?.sessions ?? [], 2)
  })

  it("is for the user's latest submission", async () => {
    const { confirm, open, upload } = await partnerOf(simulator, userWith())
    const { submissionId } = await upload()
    await open()
    await confirm(confirmBody(submissionId, person()))
    assert.deepStrictEqual(await counted(), ["confirm-of-an-older-submission"])
  })
})

describe("session ids", () => {
  it("are not used for another call, user or submission, nor after a poll's answer", async () => {
    const session = randomUUID()
    const partner = await partnerOf(simulator, userWith())
    const { submissionId } = await partner.upload()
    await partner.poll(submissionId, session)
    await partner.poll(submissionId, session)
    await partner.confirm(confirmBody(submissionId, person()), session)
    await (await partnerOf(simulator, userWith())).poll(submissionId, session)
    const confirmSession = randomUUID()
    await partner.confirm(confirmBody((await partner.upload()).submissionId, person()), confirmSession)
    await partner.confirm(confirmBody((await partner.upload()).submissionId, person()), confirmSession)
    const reused = (await counted()).filter((violation) => violation.startsWith("session"))
    assert.deepStrictEqual(reused, [
      "session-reused after its end",
      "session-reused for another call",
      "session-reused for another user",
      "session-reused for another submission"
    ])
  })

  it("of a URL call are over once its submission is confirmed", async () => {
    const partner = await partnerOf(simulator, userWith())
    const session = randomUUID()
    const { data } = await partner.urls(session)
    const documents = data["documents"] as Record<string, { documentUrl: string }>
    for (const document of Object.values(documents)) await partner.put(document.documentUrl)
    await partner.urls(session)
    assert.deepStrictEqual(await counted(), [])
    await partner.confirm(confirmBody(String(data["submissionId"]), person()))
    await partner.urls(session)
    assert.deepStrictEqual(await counted(), ["session-reused after its end"])
  })
})

describe("callbacks", () => {
  it("come again without a 2xx, authenticated and by the agreed method", async () => {
    const receiver = await callbackReceiver()
    try {
      for (const [callbackAuth, header, value] of [
        ["basic partner:p:w", "authorization", `Basic ${Buffer.from("partner:p:w").toString("base64")}`],
        ["bearer t0ken", "authorization", "Bearer t0ken"],
        ["header X-Api-Key: k3y", "x-api-key", "k3y"]
      ] as const) {
        for (const callbackMethod of ["POST", "PUT", "PATCH"]) {
          receiver.received.length = 0
          receiver.statuses.push(500, 401)
          await simulator.script({ settings: { callbackUrl: receiver.url, callbackAuth, callbackMethod } })
          const userId = userWith("rejected-NOT_EKTP")
          await (await partnerOf(simulator, userId)).register()
          const records = await soon(async () => {
            const { callbacks } = await simulator.user(userId)
            assert.lengthOf(callbacks, 3)
            return callbacks
          })
          assert.deepStrictEqual(
            records.map(({ attempt, answer }) => [attempt, answer]),
            [
              [1, 500],
              [2, 401],
              [3, 200]
            ]
          )
          for (const { method, headers, body } of receiver.received) {
            assert.deepStrictEqual(
              [method, headers[header], headers["content-type"]],
              [callbackMethod, value, "application/json"]
            )
            assert.strictEqual(body["reasonCode"], "NOT_EKTP")
          }
        }
      }
    } finally {
      receiver.close()
    }
  })

  it("are given up at last, and can be forged", async () => {
    const receiver = await callbackReceiver()
    receiver.close()
    await simulator.script({ settings: { callbackUrl: receiver.url, callbackRetries: 1, callbackRetryMs: 1 } })
    await (await partnerOf(simulator, userWith("no-partial"))).register()
    await soon(async () =>
      assert.deepStrictEqual((await simulator.ledger()).callbackCounts, { sent: 2, taken: 0, givenUp: 1 })
    )
    assert.strictEqual(await simulator.callback({ body: {} }), "unreachable")
    const other = await callbackReceiver()
    try {
      other.statuses.push(401)
      const forged = {
        body: { submissionId: "x", status: "COMPLETED" },
        url: other.url,
        method: "PUT",
        auth: "none"
      } as const
      assert.strictEqual(await simulator.callback(forged), 401)
      assert.deepStrictEqual([other.received[0]?.method, other.received[0]?.body], ["PUT", forged.body])
    } finally {
      other.close()
    }
  })
})

describe("the bounded map", () => {
  it("forgets its oldest entries first, and starts anew when cleared", () => {
    const forgotten: Array<number> = []
    const map = new BoundedMap<string, number>(2, (value) => forgotten.push(value))
    for (const number of [1, 2, 3, 4]) map.set(`k${number}`, number)
    map.set("k3", 5).clear()
    for (const number of [6, 7, 8]) map.set(`k${number}`, number)
    assert.deepStrictEqual([forgotten, [...map.values()], map.forgotten], [[1, 2, 6], [7, 8], 3])
  })
})

describe("the program", () => {
  it("says what is wrong with its options, without their values", async () => {
    const main = new URL("../../src/simulator/main.ts", import.meta.url).pathname
    const ended = await new Promise<{ code: unknown; stderr: string }>((resolve) =>
      execFile(
        process.execPath,
        [main, "--port=http", "--pass-keys=secret", "--callback-auth=bearer"],
        (error, _, stderr) => resolve({ code: error?.code, stderr })
      )
    )
    assert.strictEqual(ended.code, 2)
    for (const flag of ["--port", "--pass-keys", "--callback-auth"]) assert.include(ended.stderr, flag)
    assert.notInclude(ended.stderr, "secret")
  })

  it("serves everything on one port, forgets its oldest users, and ends with 0 on a signal", async () => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      const small = await startSimulator({ tokenPort: -1, storagePort: -1, keep: 2 })
      assert.strictEqual(small.tokenBaseUrl, small.baseUrl)
      const names = [userWith(), userWith(), userWith()]
      for (const name of names) await (await partnerOf(small, name)).register()
      const ledger = await small.ledger()
      assert.deepInclude(ledger, { users: 2, usersForgotten: 1, submissions: 2, violations: [], defects: 0 })
      assert.strictEqual(await small.stop(signal), 0)
    }
  })

  it("skews its clock when told to", async () => {
    await simulator.script({ settings: { dateSkewMs: -3_600_000 } })
    const { headers } = await call(simulator.baseUrl)
    assert.closeTo(Date.parse(headers.get("date") ?? ""), Date.now() - 3_600_000, 60_000)
  })

  it("keeps personal data out of its ledger and its output", async () => {
    const applicant = person()
    const userId = userWith()
    await (await partnerOf(simulator, userId)).register(applicant)
    await (await partnerOf(simulator, userId)).confirm(confirmBody(randomUUID(), applicant))
    const everything = JSON.stringify(await simulator.ledger()) + simulator.output()
    for (const value of [applicant.nik, applicant.email, applicant.phoneNumber, "Siti"])
      assert.notInclude(everything, value)
  })

  it("has a page that names every test value", () => {
    const page = readFileSync(new URL("../../docs/simulator.md", import.meta.url), "utf8")
    for (const name of [...Object.keys(endings), ...Object.keys(traits), ...Object.keys(nikSerials)])
      assert.include(page, `\`${name}`)
  })
})
