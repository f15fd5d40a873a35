import { afterAll, describe, expect, it, vi } from "vitest"
import { type Answer, type Api, apiOf, type Json, usersOf } from "../support/api.ts"
import { frameHeader, jpeg, otherImages, png } from "../support/images.ts"
import { checkLedger } from "../support/platform-view.ts"
import { registrationRequest } from "../support/registration-request.ts"
import { startService } from "../support/service.ts"

vi.setConfig({ maxConcurrency: 24 })

const service = await startService()
afterAll(() => service.close())
const { api } = service
const [reader, stranger] = await Promise.all([
  service.client("reader", { scopes: "registrations:read", tenant: "north" }),
  service.client("stranger")
])

const nobody = apiOf(service.url, "")

const newUser = usersOf("bad")

/** A body in which every field is right. */
const goodBody = (partnerUserId: string) => {
  const body = registrationRequest({ partnerUserId, labels: { campaign: "q4" } })
  const phoneNumber = { number: "+62 812-3456-7890", verificationReferenceId: "otp-992" }
  const [consent] = body.consents
  return {
    ...body,
    applicant: { ...body.applicant, phoneNumber },
    consents: [{ ...consent, device: { userAgent: "agent", ip: "203.0.113.7", os: "Android" } }]
  }
}

const stepsOf = (path: string) => path.split(/[.[\]]+/).filter((step) => step !== "")

/** The value with what stands at a path replaced, or left out. */
const having = (value: unknown, [step, ...rest]: ReadonlyArray<string>, wrong: unknown): unknown => {
  if (step === undefined) return wrong
  const changed = having(Object(value)[step], rest, wrong)
  return Array.isArray(value)
    ? value.map((one, n) => (String(n) === step ? changed : one))
    : { ...Object(value), [step]: changed }
}

const problemOf = ({ status, headers, body }: Answer<unknown>): Json => {
  expect(headers.get("content-type")).toMatch(/^application\/problem\+json/)
  expect(body).toMatchObject({ status, requestId: headers.get("x-request-id"), title: expect.any(String) })
  return body as Json
}

const inTenMinutes = new Date(Date.now() + 600_000).toISOString()
const missing = undefined

/** Path, a value that is wrong there, and where the answer says so if that is elsewhere. */
const wrongFields: ReadonlyArray<readonly [path: string, wrong: unknown, told?: string]> = [
  ...[missing, null, "", 42, "user 42", "user/42", "usér", "u".repeat(129)].map((id) => ["partnerUserId", id] as const),
  ...["3174096112900001", "081234567890", "62.812.3456.7890"].map((id) => ["partnerUserId", id] as const),
  ...["", 7, "A TYPE", "T".repeat(65)].map((type) => ["partnerUserIdType", type] as const),
  ...[missing, null, "Siti Rahmawati", []].map((applicant) => ["applicant", applicant] as const),
  ...[missing, null, 7, "", "   ", "n".repeat(101), "Siti\tTab", "Siti\nLine", "Siti\u202eBidi", "Siti\u0007Bell"].map(
    (name) => ["applicant.name", name] as const
  ),
  ["applicant.name", "Siti\ud800Half"],
  ...[missing, null, 3174096112900001, "", "317409611290000", "31740961129000011", "3174096112900O01"].map(
    (nik) => ["applicant.nik", nik] as const
  ),
  ...["0174096112900001", "3174093212900001", "3174090012900001", "3174097212900001", "3174096113900001"].map(
    (nik) => ["applicant.nik", nik] as const
  ),
  ...["3174096100900001", "3174096112900000", "3174 0961 1290 0001", "３１７４０９６１１２９００００１"].map(
    (nik) => ["applicant.nik", nik] as const
  ),
  ...[
    missing,
    null,
    19901221,
    "",
    "21-12-1990",
    "1990-02-30",
    "1990-13-01",
    "1990-1-1",
    "0000-01-01",
    "2190-01-01"
  ].map((date) => ["applicant.dateOfBirth", date] as const),
  ["applicant.dateOfBirth", "1990-12-21T00:00:00Z"],
  ...["siti@example.org", [], 5].map((email) => ["applicant.email", email] as const),
  ...[missing, null, 5, "", "siti.example.org", "siti@", "@example.org", "siti@localhost", "a b@example.org"].map(
    (address) => ["applicant.email.address", address] as const
  ),
  ...["siti@exa mple.org", "siti\n@example.org", `${"s".repeat(245)}@example.org`].map(
    (address) => ["applicant.email.address", address] as const
  ),
  ...[missing, null, "", 7, "r".repeat(256), "otp\u0000991"].map(
    (reference) => ["applicant.email.verificationReferenceId", reference] as const
  ),
  ["applicant.email.isVerified", true],
  ...[missing, null, 81234567890, "", "12345", "+1 202 555 0100", "+62 21 5550100", "081234", "0812345678901234"].map(
    (number) => ["applicant.phoneNumber.number", number] as const
  ),
  ["applicant.phoneNumber.number", "0812-3456-ABCD"],
  ["applicant.phoneNumber.verificationReferenceId", missing],
  ["applicant.nickname", "Siti the Great"],
  ...["", "en_US", 1].map((locale) => ["locale", locale] as const),
  ...[missing, null, [], {}, "agreed", Array(11).fill(registrationRequest().consents[0])].map(
    (consents) => ["consents", consents] as const
  ),
  ...[null, "agreed"].map((consent) => ["consents[0]", consent] as const),
  ...[missing, "", "e".repeat(101), "Digi\nLine"].map((entity) => ["consents[0].entity", entity] as const),
  ...[missing, "", 7].map((type) => ["consents[0].type", type] as const),
  ...[missing, null, 1769162400000, "yesterday", "2026-01-23", "2026-01-23T10:00:01", "2026-02-30T10:00:00Z"].map(
    (time) => ["consents[0].givenAt", time] as const
  ),
  ...["2026-01-23T25:00:00Z", "2026-01-23T10:00:00+7", "2026-01-23T10:00:00.Z", inTenMinutes].map(
    (time) => ["consents[0].givenAt", time] as const
  ),
  ...[missing, {}, { id_ID: {} }, "the terms"].map((documents) => ["consents[0].documents", documents] as const),
  ["consents[0].documents.fr_FR", { text: "Je suis d'accord" }],
  ...["", "ftp://example.org/terms", "terms.html", `https://example.org/${"t".repeat(2049)}`].map(
    (url) => ["consents[0].documents.id_ID.url", url] as const
  ),
  ...["", 5, "Saya\u0000setuju", "t".repeat(200_001)].map(
    (text) => ["consents[0].documents.id_ID.text", text] as const
  ),
  ["consents[0].documents.id_ID.title", "Syarat dan ketentuan"],
  ["consents[0].consentGiven", true],
  ...["a phone", []].map((device) => ["consents[0].device", device] as const),
  ...["", 7, "a".repeat(513), "an\nagent"].map((agent) => ["consents[0].device.userAgent", agent] as const),
  ["consents[0].device.serialNumber", "SN-0815-4711"],
  ...["q4-campaign", ["q4-campaign"]].map((labels) => ["labels", labels] as const),
  ["labels", Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`label-${n}`, "v"]))],
  ...["", 7, "v".repeat(201), "siti@example.org", "3174096112900001", "0812 3456 7890", "two\nlines"].map(
    (value) => ["labels.campaign", value] as const
  ),
  ["labels.two words", "a value"],
  [`labels.${"k".repeat(41)}`, "a value"],
  ...["true", 1, []].map((renew) => ["renew", renew] as const),
  ["partnerUserID", "user-with-another-spelling"]
]

describe("a field that is wrong", () => {
  it("is named with its path, is not repeated, and starts nothing", async () => {
    const check = async ([path, wrong, told = path]: (typeof wrongFields)[number]) => {
      const user = newUser()
      const answer = await api.post(having(goodBody(user), stepsOf(path), wrong))
      expect(problemOf(answer)).toMatchObject({ status: 422, code: "validation_failed" })
      const { errors } = answer.body as unknown as { errors: ReadonlyArray<{ path: string; message: string }> }
      expect(errors.map((error) => error.path)).toContain(told)
      for (const error of errors) expect(error.message.length).toBeGreaterThan(10)
      const value = typeof wrong === "string" || typeof wrong === "number" ? String(wrong) : ""
      if (value.length > 4) expect(answer.text).not.toContain(value)
      if (path === "partnerUserId") return
      expect(await api.start(user)).toMatchObject({ attempt: 1, revision: 0, state: "requested" })
    }
    const outcomes = await Promise.allSettled(wrongFields.map(check))
    const failed = outcomes.flatMap((outcome, n) =>
      outcome.status === "rejected"
        ? [`${wrongFields[n]?.[0]} = ${JSON.stringify(wrongFields[n]?.[1])}: ${outcome.reason}`]
        : []
    )
    expect(failed).toEqual([])
  })

  it("is told together with all others", async () => {
    const user = newUser()
    const body = {
      ...goodBody(user),
      applicant: { name: "", nik: "1", dateOfBirth: "x" },
      consents: [{}],
      renew: 1,
      typo: 1
    }
    const answer = await api.post(body)
    const { errors } = answer.body as unknown as { errors: ReadonlyArray<{ path: string }> }
    expect(new Set(errors.map(({ path }) => path))).toEqual(
      new Set([
        ...["applicant", "applicant.name", "applicant.nik", "applicant.dateOfBirth", "renew", "typo"],
        ...["entity", "type", "givenAt", "documents"].map((field) => `consents[0].${field}`)
      ])
    )
    expect(await api.start(user)).toMatchObject({ attempt: 1, revision: 0 })
  })

  it.for([[], "text", 7, null, true])("is the body itself: %j", async (body) => {
    const answer = await api.post(body)
    expect(problemOf(answer)).toMatchObject({ status: 422, errors: [{ path: "" }] })
  })
})

describe.concurrent("a request that is wrong around its body", () => {
  const json = { "content-type": "application/json" }
  const good = (user: string) => JSON.stringify(goodBody(user))
  type Wrong = (user: string) => Promise<Answer>
  const post =
    (
      headers: Record<string, string>,
      body: (user: string) => RequestInit["body"] = good,
      path = "/v1/registrations"
    ): Wrong =>
    (user) =>
      api.send("POST", path, { headers: { ...json, ...headers }, body: body(user) ?? null })
  const as =
    (client: Api, headers: Record<string, string> = {}): Wrong =>
    (user) =>
      client.send("POST", "/v1/registrations", { headers: { ...json, ...headers }, body: good(user) })

  it.for<readonly [string, number, string, Wrong]>([
    ["an empty Idempotency-Key", 400, "invalid_parameter", post({ "idempotency-key": "" })],
    ["an Idempotency-Key of 256 characters", 400, "invalid_parameter", post({ "idempotency-key": "k".repeat(256) })],
    ["an Idempotency-Key that is not ASCII", 400, "invalid_parameter", post({ "idempotency-key": "clé" })],
    ["a query parameter", 400, "invalid_parameter", post({}, good, "/v1/registrations?dryRun=true")],
    ["no JSON", 400, "malformed_json", post({}, (user) => good(user).slice(0, -1))],
    ["no body", 400, "malformed_json", post({}, () => "")],
    ["no UTF-8", 400, "malformed_json", post({}, (user) => Buffer.from(good(user).replace("Siti", "Sití"), "latin1"))],
    ["a form", 415, "unsupported_media_type", post({ "content-type": "application/x-www-form-urlencoded" })],
    ["text", 415, "unsupported_media_type", post({ "content-type": "text/plain" })],
    ["a compressed body", 415, "unsupported_media_type", post({ "content-encoding": "gzip" })],
    ["more than 256 KiB", 413, "too_large", post({}, (user) => good(user).padEnd(256 * 1024 + 1))],
    ["no key", 401, "unauthenticated", as(nobody)],
    ["an unknown key", 401, "unauthenticated", as(api, { authorization: `Bearer crk_acme_${"A".repeat(43)}` })],
    ["another scheme", 401, "unauthenticated", as(api, { authorization: "Basic YWNtZTphY21l" })],
    ["a key without the scope", 403, "forbidden", as(reader)]
  ])("%s is %i %s, and starts nothing", async ([, status, code, send]) => {
    const user = newUser()
    expect(problemOf(await send(user))).toMatchObject({ status, code })
    expect(await api.start(user)).toMatchObject({ attempt: 1, revision: 0 })
  })

  it("a body of exactly 256 KiB is none too many", async () => {
    const answer = await post({}, (user) => good(user).padEnd(256 * 1024))(newUser())
    expect(answer.status).toBe(201)
  })
})

describe.concurrent("a wrong call about a registration changes nothing", async () => {
  const { id } = await api.start(newUser())
  const before = await api.until(id, "awaiting_images")
  const self = `/v1/registrations/${id}`
  const withdrawal = (json: unknown) => api.send("POST", `${self}/withdrawal`, { json })
  const image = (contentType: string, body: Uint8Array<ArrayBuffer>, document = "ktp") =>
    api.send("PUT", `${self}/documents/${document}`, { headers: { "content-type": contentType }, body })
  const chunked = () => new Blob([jpeg()]).stream()
  const damaged = png()
  // The last byte of the CRC of IDAT: IEND follows.
  damaged.writeUInt8(damaged.readUInt8(damaged.length - 13) ^ 1, damaged.length - 13)
  const huge = Buffer.concat([Buffer.from("ffd8", "hex"), frameHeader(20_000, 200), jpeg().subarray(2)])
  const unknown = "/v1/registrations/953cc770-d1be-5846-a834-71fbe1c6e550"

  it.for<readonly [string, number, Json, () => Promise<Answer>]>([
    ["withdrawn without a reason", 422, { errors: [{ path: "reason" }] }, () => withdrawal({})],
    ["withdrawn for another reason", 422, { errors: [{ path: "reason" }] }, () => withdrawal({ reason: "because" })],
    ["withdrawn with more", 422, { errors: [{ path: "note" }] }, () => withdrawal({ reason: "other", note: "x" })],
    ["withdrawn by a list", 422, { errors: [{ path: "" }] }, () => withdrawal(["other"])],
    [
      "withdrawn by text",
      400,
      { code: "malformed_json" },
      () => api.send("POST", `${self}/withdrawal`, { body: "{", headers: { "content-type": "application/json" } })
    ],
    [
      "withdrawn by a reader",
      403,
      { scope: "registrations:write" },
      () => reader.withdraw(id) as Promise<Answer<never>>
    ],
    ["withdrawn by a stranger", 404, { code: "not_found" }, () => stranger.withdraw(id) as Promise<Answer<never>>],
    ["read by a stranger", 404, { code: "not_found" }, () => stranger.send("GET", self)],
    ["read under an id that is none", 404, { code: "not_found" }, () => api.send("GET", "/v1/registrations/abc")],
    ["read under an unknown id", 404, { code: "not_found" }, () => api.send("GET", unknown)],
    ["waited for too long", 400, { code: "invalid_parameter" }, () => api.send("GET", `${self}?wait=61`)],
    ["waited for in words", 400, { code: "invalid_parameter" }, () => api.send("GET", `${self}?wait=long`)],
    ["waited for twice", 400, { code: "invalid_parameter" }, () => api.send("GET", `${self}?wait=1&wait=1`)],
    ["deleted", 405, { code: "method_not_allowed" }, () => api.send("DELETE", self)],
    ["asked for what is not there", 404, { code: "not_found" }, () => api.send("GET", `${self}/verdict`)],
    ["a third document", 404, { code: "not_found" }, () => image("image/jpeg", jpeg(), "passport")],
    [
      "an image of a stranger",
      404,
      { code: "not_found" },
      () => stranger.put(id, "ktp", jpeg()) as Promise<Answer<never>>
    ],
    [
      "an image of unknown length",
      411,
      { code: "length_required" },
      () => api.send("PUT", `${self}/documents/ktp`, { body: chunked() })
    ],
    [
      "an image that is too large",
      413,
      { code: "too_large" },
      () => image("image/jpeg", Buffer.alloc(10 * 2 ** 20 + 1))
    ],
    ["an image as a form", 415, { code: "unsupported_media_type" }, () => image("multipart/form-data", jpeg())],
    ["an image of another type", 415, { code: "unsupported_media_type" }, () => image("image/gif", otherImages.GIF)],
    ["nothing as an image", 422, { reason: "empty" }, () => image("image/jpeg", Buffer.alloc(0))],
    ["text as an image", 422, { reason: "not_an_image" }, () => image("image/jpeg", Buffer.from("a portrait"))],
    [
      "a HEIC as JPEG",
      422,
      { reason: "not_an_image", detail: expect.stringContaining("HEIC") },
      () => image("image/jpeg", otherImages.HEIC)
    ],
    ["a PDF as PNG", 422, { reason: "not_an_image" }, () => image("image/png", otherImages.PDF)],
    ["a PNG as JPEG", 422, { reason: "type_mismatch" }, () => image("image/jpeg", png())],
    ["half a JPEG", 422, { reason: "truncated" }, () => image("image/jpeg", jpeg().subarray(0, 500))],
    ["a damaged PNG", 422, { reason: "damaged" }, () => image("image/png", damaged)],
    ["a stamp", 422, { reason: "too_few_pixels" }, () => image("image/jpeg", jpeg({ width: 99, height: 99 }))],
    ["a poster", 422, { reason: "too_many_pixels" }, () => image("image/jpeg", huge)]
  ])("%s: %i", async ([, status, problem, send]) => {
    expect(problemOf(await send())).toMatchObject({ status, ...problem })
    expect(await api.get(id)).toEqual(before)
  })
})

it("the same picture as both documents, or another one for a document that is there, is refused", async () => {
  const { id } = await api.start(newUser())
  const picture = jpeg()
  const first = await api.put(id, "ktp", picture)
  expect(first.status).toBe(200)
  expect(await api.put(id, "selfie", picture)).toMatchObject({
    status: 422,
    body: { reason: "same_as_other_document" }
  })
  expect(await api.put(id, "ktp", jpeg())).toMatchObject({ status: 409, body: { code: "document_exists" } })
  expect(await api.put(id, "ktp", picture)).toMatchObject({ status: 200, body: first.body })
})

describe("a request that comes more than once", () => {
  const times = <A>(count: number, work: () => Promise<A>) => Promise.all(Array.from({ length: count }, work))

  it("with one key starts one registration, however many come at once", async () => {
    const body = goodBody(newUser())
    const answers = await times(50, () => api.post(body, { "idempotency-key": "3174096112900001" }))
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(201))
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1)
    expect(answers.filter(({ headers }) => headers.get("idempotent-replayed") === "true")).toHaveLength(49)
    const { events } = await api.history(String(answers[0]?.body.id))
    expect(events.filter(({ type }) => type === "Requested")).toHaveLength(1)
  })

  it("without a key is accepted once", async () => {
    const body = goodBody(newUser())
    const answers = await times(50, () => api.post(body))
    const accepted = answers.filter(({ status }) => status === 201)
    expect(accepted).toHaveLength(1)
    const refused = answers.filter(({ status }) => status !== 201)
    for (const answer of refused)
      expect(problemOf(answer)).toMatchObject({
        status: 409,
        code: "registration_open",
        registrationId: accepted[0]?.body.id
      })
  })

  it("with one key and another body is refused; null is the same as leaving out", async () => {
    const body = goodBody(newUser())
    const key = { "idempotency-key": "key-1" }
    const first = await api.post(body, key)
    expect(await api.post({ ...body, locale: "en_ID" }, key)).toMatchObject({
      status: 422,
      body: { code: "idempotency_key_reused" }
    })
    const again = await api.post({ renew: null, ...body, locale: null }, key)
    expect(again).toMatchObject({ status: 201, body: { id: first.body.id } })
    expect(again.headers.get("location")).toBe(`/v1/registrations/${first.body.id}`)
  })

  it("with its key answers the registration as it is now, after its end too", async () => {
    const user = newUser()
    const body = goodBody(user)
    const key = { "idempotency-key": "key-2" }
    const { id } = (await api.post(body, key)).body
    await api.uploadBoth(id)
    const now = await api.until(id, "issued")
    expect(await api.post(body, key)).toMatchObject({ status: 201, body: now })
    expect(await api.post(body, { "idempotency-key": "key-3" })).toMatchObject({
      status: 409,
      body: { code: "already_issued" }
    })
  })

  it("with a key that was refused before is looked at anew", async () => {
    const user = newUser()
    const key = { "idempotency-key": "key-4" }
    expect((await api.post({ ...goodBody(user), locale: "xx" }, key)).status).toBe(422)
    expect((await api.post(goodBody(user), key)).status).toBe(201)
  })

  it("with the key of another tenant says nothing of its registration", async () => {
    const user = newUser()
    const key = { "idempotency-key": "key-5" }
    expect((await api.post(goodBody(user), key)).status).toBe(201)
    const answer = await stranger.post(goodBody(user), key)
    expect(problemOf(answer)).toMatchObject({ status: 409, code: "registration_open" })
    for (const member of ["state", "registrationId", "registration"]) expect(answer.body).not.toHaveProperty(member)
  })
})

it("nothing of it reached the platform but what was right", () => checkLedger(service))
