import { randomUUID } from "node:crypto"
import { afterAll, expect, it } from "vitest"
import { apiOf, type Json, usersOf } from "../support/api.ts"
import { consent, person, personalSecrets } from "../support/canary.ts"
import { eventually } from "../support/eventually.ts"
import { checkHistory } from "../support/history.ts"
import { jpeg } from "../support/images.ts"
import { writtenBy } from "../support/log-bytes.ts"
import { startService } from "../support/service.ts"
import { callbackSecret } from "../support/service-program.ts"
import { startTap } from "../support/tap.ts"
import { tracesOf } from "../support/traces.ts"

const idempotencyKey = "3273054507920008"
/** None of these may lie anywhere; those of the platform are added when it has given them out. */
const secrets: Record<string, string> = {
  ...personalSecrets,
  "idempotency key": idempotencyKey,
  "callback secret": callbackSecret
}

const service = await startService({
  env: { VERDICT_POLL_AFTER: "500 millis", VERDICT_POLL_MAX: "1 second" },
  simulator: { hangMs: 600_000 }
})
afterAll(() => service.close())
const { api, simulator } = service
const [platform, tokens] = await Promise.all([startTap(simulator.baseUrl), startTap(simulator.tokenBaseUrl)])
afterAll(() => {
  platform.close()
  tokens.close()
})

const userWith = usersOf("private")
const bodyOf = (user: string, fields: Json = {}): Json => ({
  partnerUserId: user,
  applicant: person,
  consents: [consent],
  ...fields
})
const register = async (values: string) => {
  const answer = await api.post(bodyOf(userWith(values)), { "idempotency-key": idempotencyKey })
  expect(answer.status).toBe(201)
  await api.uploadBoth(answer.body.id)
  return answer.body.id
}

/** Each thing that the platform or its storage can do wrong on the way. */
const throughFaults = async () => {
  const ids = await Promise.all(
    [
      "",
      "urls-500 urls-drop",
      "urls-garbage",
      "ktp-503",
      "ktp-expired",
      "selfie-expired-token",
      "ktp-drop",
      "confirm-500",
      "confirm-drop-after",
      "confirm-garbage",
      "confirm-401",
      "poll-500",
      "poll-garbage",
      "silent"
    ].map(register)
  )
  for (const id of ids) checkHistory(await api.history((await api.until(id, "issued")).id))
}

/** Answers of the platform that repeat what they were given. */
const throughEchoes = async () => {
  const cause = `${person.name} (${person.nik}) is not ${person.email.address}`
  const user = userWith()
  await simulator.script({ user, faults: { confirm: [{ status: 400, code: "1650", cause }] } })
  const { id } = (await api.post(bodyOf(user))).body
  await api.uploadBoth(id)
  expect((await api.until(id, "failed")).failure).toEqual({ reasonCode: "platform_refused", platformCode: "1650" })
  for (const reasonCode of [person.email.address, `NIK_${person.nik}`]) {
    const other = userWith()
    await simulator.script({ user: other, stages: [{ status: "COMPLETED", result: "INVALID", reasonCode }] })
    const rejected = (await api.post(bodyOf(other))).body
    await api.uploadBoth(rejected.id)
    expect((await api.until(rejected.id, "rejected")).rejection).not.toHaveProperty("reasonCode")
  }
}

/** Requests that are refused, with what they carry in all the wrong places. */
const throughMistakes = async () => {
  const user = userWith()
  const { name, nik, email } = person
  const bad = [
    bodyOf(user, { applicant: { ...person, nik: `${nik}0`, name: `${name}\n` } }),
    bodyOf(user, { labels: { campaign: email.address } }),
    bodyOf(nik),
    [person]
  ]
  const answers = [
    ...(await Promise.all(bad.map((body) => api.send("POST", "/v1/registrations", { json: body })))),
    await api.send("POST", "/v1/registrations", {
      body: JSON.stringify(bodyOf(user)).slice(0, -1),
      headers: { "content-type": "application/json" }
    }),
    await api.send("GET", `/v1/registrations/${nik}`),
    await api.send("GET", `/v1/registrations?nik=${nik}&name=${encodeURIComponent(name)}`),
    await api.send("GET", `/v1/registrations?partnerUserId=${nik}`),
    await api.send("GET", `/v1/registrations?state=${encodeURIComponent(name)}`),
    await api.send("GET", `/v1/registrations?cursor=${Buffer.from(name).toString("base64url")}`),
    await api.send("GET", `/${encodeURIComponent(name)}/${nik}`),
    await api.send("POST", "/v1/registrations", { json: bodyOf(user), headers: { "idempotency-key": `${nik}é` } }),
    await apiOf(service.url, nik).send("GET", `/v1/registrations/${randomUUID()}`),
    await api.send("PUT", `/v1/registrations/${randomUUID()}/documents/${nik}`, { body: jpeg() })
  ]
  for (const { status, text } of answers) {
    expect(status).toBeGreaterThanOrEqual(400)
    for (const secret of [name, nik, email.address]) expect(text).not.toContain(secret)
  }
  // Its path is the name of a field, and is told.
  for (const fields of [{ [nik]: name }, { labels: { [nik]: name } }])
    expect((await api.send("POST", "/v1/registrations", { json: bodyOf(user, fields) })).text).not.toContain(name)
  const { id } = (await api.post(bodyOf(user))).body
  const { submissionId } = await api.until(id, "awaiting_images")
  const said = {
    submissionId,
    status: name,
    result: nik,
    reasonCode: email.address,
    userId: email.address,
    note: person
  }
  expect(await service.callback(said)).toBe(200)
  expect(await service.callback({ ...said, submissionId: nik })).toBe(200)
  expect(await service.callback(JSON.stringify(said).slice(1))).toBe(400)
  expect(await service.callback(said, { authorization: `Bearer ${nik}` })).toBe(401)
}

it("the search finds what lies there, however it is written", () => {
  const { name } = person
  const spellings = {
    plain: name,
    ...Object.fromEntries(
      [0, 1, 2].map((n) => [`base64 at ${n}`, Buffer.from(`${"x".repeat(n)}${name}.`).toString("base64")])
    ),
    "url-safe base64": Buffer.from("name: Wulandari Kusumaningtyas?>?>").toString("base64url"),
    hex: Buffer.from(name).toString("hex"),
    "upper-case hex": Buffer.from(name).toString("hex").toUpperCase(),
    percent: encodeURIComponent(name)
  }
  const places = Object.fromEntries(
    Object.entries(spellings).map(([place, text]) => [place, Buffer.from(`..${text}..`)])
  )
  expect(tracesOf({ name }, places)).toEqual(Object.keys(spellings).map((place) => `name in ${place}`))
  const wide = Buffer.from(name, "utf16le")
  expect(tracesOf({ name }, { wide, swapped: Buffer.from(wide).swap16() })).toHaveLength(2)
  expect(tracesOf({ name }, { other: Buffer.from("Wulandari K.") })).toEqual([])
})

it("nothing personal and no secret lies in a file or in the output, whatever happens", async () => {
  await service.kill("SIGTERM")
  await service.start({ ESIGN_BASE_URL: platform.url, ESIGN_TOKEN_BASE_URL: tokens.url })
  await throughFaults()
  await throughEchoes()
  await throughMistakes()
  const last = userWith("confirm-hang-after")
  const hanging = (await api.post(bodyOf(last))).body
  await api.uploadBoth(hanging.id)
  await eventually("a confirm that hangs", async () =>
    (await service.platform(last)).calls.some(({ call }) => call === "confirm")
  )

  // What it has been given is there, so that it could lie somewhere.
  const given = platform.answers.join() + tokens.answers.join()
  const { token } = JSON.parse(tokens.answers.at(-1) ?? "{}").data
  const signatures = [...given.matchAll(/X-Amz-Signature=(\w+)/g)].map(([, signature]) => signature ?? "")
  const [, securityToken = ""] = /X-Amz-Security-Token=([^&"]+)/.exec(given) ?? []
  expect(signatures.length).toBeGreaterThan(20)
  Object.assign(secrets, {
    "partner token": token,
    "pass-key": simulator.credentials.passKey,
    "security token": decodeURIComponent(securityToken),
    "API key": api.key,
    "secret of the API key": api.key.slice("crk_acme_".length),
    ...Object.fromEntries(signatures.map((signature, n) => [`signature ${n}`, signature]))
  })
  expect(Object.values(secrets).every((secret) => secret.length >= 10)).toBe(true)

  const traces = async () => tracesOf(secrets, (await writtenBy(service)).places)
  expect(await traces()).toEqual([])
  await service.kill("SIGKILL")
  expect(await traces()).toEqual([])
  await service.start()
  await api.until(hanging.id, "issued")
  await service.kill("SIGTERM")
  const { log, places } = await writtenBy(service)
  expect(Object.keys(places)).toEqual(expect.arrayContaining([log, "vault.db", "clients.json"]))
  expect(places[log]?.length).toBeGreaterThan(10_000)
  expect(tracesOf(secrets, places)).toEqual([])
})

it("what the history shows of a person is sealed", async () => {
  await service.kill()
  await service.start()
  const { id } = (await api.post(bodyOf(userWith()))).body
  await api.until(id, "awaiting_images")
  const { events } = await api.history(id)
  const sealed = { keyId: expect.any(String), nonce: expect.any(String), box: expect.stringMatching(/^[\w+/]+=*$/) }
  expect(events[0]?.data).toMatchObject({ personal: sealed, fingerprint: expect.any(String) })
  expect(events.find(({ type }) => type === "UrlsIssued")?.data).toMatchObject({ urls: sealed })
  expect(tracesOf(secrets, { history: Buffer.from(JSON.stringify(events)) })).toEqual([])
  const list = await eventually("it to be listed", async () => {
    const { text } = await api.send("GET", "/v1/registrations?limit=200")
    return text.includes(id) && text
  })
  expect(tracesOf(secrets, { list: Buffer.from(list) })).toEqual([])
})
