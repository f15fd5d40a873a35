import { it } from "@effect/vitest"
import { Result, Schema } from "effect"
import { describe, expect } from "vitest"
import { parseRegistrationRequest } from "../../../src/domain/applicant/registration-request.ts"
import { now, sampleRequest, withField } from "./sample-request.ts"

const errorsOf = (body: unknown) =>
  Result.match(parseRegistrationRequest(body, now), { onSuccess: () => [], onFailure: (errors) => errors })
const pathsOf = (body: unknown) => errorsOf(body).map(({ path }) => path)
const parsed = (body: unknown) => Result.getOrThrow(parseRegistrationRequest(body, now))
const minimal = () => {
  const { partnerUserId, applicant, consents } = sampleRequest()
  return { partnerUserId, applicant, consents }
}

describe("a registration request", () => {
  it("is parsed into its normal form", () => {
    const { applicant, consents, ...rest } = sampleRequest()
    expect(parsed(sampleRequest())).toStrictEqual({
      ...rest,
      applicant: { ...applicant, phoneNumber: { number: "6281234567890", verificationReferenceId: "otp-992" } },
      consents: consents.map((consent) => ({ ...consent, givenAt: "2026-11-23T10:00:00.000Z" }))
    })
  })

  it("has defaults, but for the type of the user id", () => {
    const request = parsed(minimal())
    expect(request).toMatchObject({ locale: "id_ID", labels: {}, renew: false })
    expect(request).not.toHaveProperty("partnerUserIdType")
  })

  it.each([
    "partnerUserIdType",
    "locale",
    "labels",
    "labels.campaign",
    "renew",
    "applicant.email",
    "applicant.phoneNumber",
    "consents[0].documents.en_ID",
    "consents[0].documents.en_ID.url",
    "consents[0].documents.id_ID.text",
    "consents[0].device",
    "consents[0].device.os"
  ])("null in the optional %s is the same as leaving it out", (path) => {
    expect(parsed(withField(path, null))).toStrictEqual(parsed(withField(path, undefined)))
  })

  it("takes a language without url and text for one that is not there", () => {
    const documents = { id_ID: { text: "Saya setuju" } }
    const expected = parsed(withField("consents[0].documents", documents))
    expect(parsed(withField("consents[0].documents", { ...documents, en_ID: { url: null } }))).toStrictEqual(expected)
    expect(parsed(withField("consents[0].documents", { ...documents, en_ID: {} }))).toStrictEqual(expected)
  })

  it("takes the longest texts of a consent and of a device", () => {
    expect(errorsOf(withField("consents[0].documents.id_ID.text", "a".repeat(200_000)))).toEqual([])
    expect(errorsOf(withField("consents[0].device.userAgent", "a".repeat(512)))).toEqual([])
    expect(errorsOf(withField("consents", Array(10).fill(sampleRequest().consents[0])))).toEqual([])
  })

  it("takes a consent up to 5 minutes ahead as it was given", () => {
    const [consent] = parsed(withField("consents[0].givenAt", "2026-11-23T10:05:00.000Z")).consents
    expect(consent?.givenAt).toBe("2026-11-23T10:05:00.000Z")
  })

  it.each([
    ["partnerUserId", undefined, /required/],
    ["partnerUserId", null, /identifier/],
    ["partnerUserId", "081234567890", /NIK.*mobile number/],
    ["partnerUserIdType", "", /identifier/],
    ["applicant", undefined, /required/],
    ["applicant", null, /object/],
    ["applicant.name", null, /name/],
    ["applicant.nik", 3174096112900001, /text in quotes.*2\^53/],
    ["applicant.nik", "3174094112900000", /serial number/],
    ["applicant.nik", "3174094012900001", /birth day/],
    ["applicant.nik", "3174092113900001", /birth month/],
    ["applicant.dateOfBirth", "2026-11-24", /future/],
    ["applicant.email", "siti@example.id", /object/],
    ["applicant.email.address", null, /e-mail address/],
    ["applicant.email.verificationReferenceId", undefined, /required/],
    ["applicant.phoneNumber.number", 6281234567890, /mobile number/],
    ["applicant.phoneNumber.verificationReferenceId", "", /1 to 255/],
    ["locale", "fr_FR", /id_ID or en_ID/],
    ["locale", "", /id_ID or en_ID/],
    ["locale", 5, /id_ID or en_ID/],
    ["consents", undefined, /required/],
    ["consents", null, /1 to 10/],
    ["consents", [], /1 to 10/],
    ["consents", Array(11).fill(sampleRequest().consents[0]), /1 to 10/],
    ["consents[0]", null, /object/],
    ["consents[0].entity", "Digi\r\n", /control characters/],
    ["consents[0].type", "x".repeat(101), /1 to 100/],
    ["consents[0].givenAt", 1767600000000, /RFC 3339/],
    ["consents[0].givenAt", "2026-11-23T10:05:00.001Z", /offset/],
    ["consents[0].documents", undefined, /required/],
    ["consents[0].documents", {}, /at least one language/],
    ["consents[0].documents", { id_ID: {}, en_ID: { url: null } }, /at least one language/],
    ["consents[0].documents.id_ID.url", "ftp://example.id", /http or https/],
    ["consents[0].documents.id_ID.url", "https://exa mple.id", /http or https/],
    ["consents[0].documents.id_ID.text", "a\u0003b", /control characters/],
    ["consents[0].documents.id_ID.text", "a\uD800b", /surrogates/],
    ["consents[0].documents.id_ID.text", "", /1 to 200000/],
    ["consents[0].device.os", "x".repeat(513), /1 to 512/],
    ["consents[0].device.make", 5, /1 to 512/],
    ["labels", ["x"], /object/],
    ["labels.campaign", "siti@example.id", /e-mail/],
    ["renew", "true", /true or false/]
  ])("%s = %j is refused at its path", (path, value, rule) => {
    const errors = errorsOf(withField(path, value))
    expect(errors.map((error) => error.path)).toEqual([path])
    expect(errors[0]?.message).toMatch(rule)
  })

  it.each([[null], [[]], [5], ["x"], [true]])("%j is no request", (body) => {
    expect(pathsOf(body)).toEqual([""])
  })

  it("says what is missing", () => {
    expect(pathsOf({})).toEqual(["partnerUserId", "applicant", "consents"])
  })

  it.each([undefined, null])("says at the applicant that no contact is there (%s)", (none) => {
    const body = withField("applicant.email", none, withField("applicant.phoneNumber", none) as object)
    expect(pathsOf(body)).toEqual(["applicant"])
    expect(pathsOf(withField("applicant.nik", "1", body as object))).toEqual(["applicant.nik", "applicant"])
  })

  it("tells the rules of a whole together with the mistakes inside it", () => {
    const consents = Array(11).fill({ ...sampleRequest().consents[0], documents: { fr_FR: {} }, entity: "" })
    const paths = pathsOf({ ...minimal(), consents })
    expect(paths).toEqual(
      expect.arrayContaining([
        "consents",
        "consents[10].entity",
        "consents[10].documents",
        "consents[10].documents.fr_FR"
      ])
    )
    const labels = {
      ...Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`k${index}`, "v"])),
      "a b": "x",
      c: 5
    }
    expect(pathsOf({ ...minimal(), labels })).toEqual(["labels", "labels.a b", "labels.c"])
  })

  it("answers a body of nothing but mistakes with a bounded list", () => {
    const unknown = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`k${index}`, null]))
    expect(errorsOf({ ...sampleRequest(), ...unknown })).toHaveLength(1000)
    expect(errorsOf({ ...sampleRequest(), consents: Array(100_000).fill(0) }).length).toBeLessThan(1000)
  })
})

/** One mistake each, none at the place of another. */
const mistakes: Record<string, unknown> = {
  partnerUserId: "",
  partnerUserIdType: "a b",
  extra: null,
  "applicant.name": "a\tb",
  "applicant.nik": "1",
  "applicant.dateOfBirth": "2990-01-01",
  "applicant.phone": "081",
  "applicant.email.address": "x",
  "applicant.email.verified": true,
  "applicant.email.verificationReferenceId": undefined,
  "applicant.phoneNumber.number": 5,
  "applicant.phoneNumber.verificationReferenceId": "",
  locale: "fr_FR",
  "consents[0].entity": null,
  "consents[0].type": "",
  "consents[0].timestamp": 1,
  "consents[0].givenAt": "2026-11-23T17:00:00Z",
  "consents[0].documents.fr_FR": {},
  "consents[0].documents.id_ID.url": "x",
  "consents[0].documents.id_ID.html": "x",
  "consents[0].documents.en_ID.text": "\u0000",
  "consents[0].device.os": "",
  "consents[0].device.color": "red",
  "labels.campaign": 5,
  "labels.a b": "x",
  renew: 1
}

describe("mistakes", () => {
  const paths = Object.keys(mistakes)

  it.prop("are all listed at once, and nothing else is", [Schema.Array(Schema.Literals(paths))], ([chosen]) => {
    const made = [...new Set(chosen)]
    const body = made.reduce<unknown>(
      (before, path) => withField(path, mistakes[path], before as object),
      sampleRequest()
    )
    expect(new Set(pathsOf(body))).toEqual(new Set(made))
  })

  const leaves = [
    ...paths,
    "applicant",
    "applicant.email",
    "applicant.phoneNumber",
    "consents",
    "consents[0]",
    "labels"
  ].concat([
    "consents[0].documents",
    "consents[0].documents.id_ID",
    "consents[0].documents.id_ID.text",
    "consents[0].device"
  ])
  const Word = Schema.String.check(Schema.isPattern(/^[bcdfghjkqvwxz]{7,20}$/))
  const Digits = Schema.String.check(Schema.isPattern(/^[1-9][0-9]{9,15}$/))
  const wrap = {
    plain: (junk: string) => junk,
    address: (junk: string) => `${junk}@${junk}`,
    url: (junk: string) => `ftp://${junk}`,
    long: (junk: string) => `${junk}\u0000`.repeat(40),
    broken: (junk: string) => `${junk}\uD800`,
    number: (junk: string) => Number.parseInt(junk, 36),
    list: (junk: string) => [junk],
    object: (junk: string) => ({ address: junk, number: junk, url: junk, campaign: `${junk}\u0000` }),
    asKey: (junk: string) => [{ text: { [`k${junk.length}`]: junk } }]
  } as const
  const Wrapping = Schema.Literals(Object.keys(wrap) as ReadonlyArray<keyof typeof wrap>)

  it.prop(
    "are told in sentences of our own, which never repeat a value",
    [Schema.Literals(leaves), Schema.Union([Word, Digits]), Wrapping],
    ([path, junk, wrapping]) => {
      const value = wrap[wrapping](junk)
      for (const { message } of errorsOf(withField(path, value))) {
        expect(message).not.toContain(junk)
        expect(message).not.toContain(String(value))
        expect(message).toMatch(/^[A-Z].* /)
        expect(message).not.toMatch(/^(Expected|Missing|Unexpected|Invalid)/)
      }
    },
    { arbitrary: { runs: 1000 } }
  )
})
