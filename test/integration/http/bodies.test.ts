import { describe, expect, it } from "vitest"
import { type HttpService, startHttp } from "../../support/http-service.ts"
import { registrationRequest } from "../../support/registration-request.ts"

type Json = Record<string, unknown>
type Body = string | Uint8Array | ReadableStream
type Told = Json & { readonly errors: ReadonlyArray<{ readonly path: string; readonly message: string }> }

const type = { "content-type": "application/json" }
const send = (service: HttpService, path: string, body: Body, headers: Record<string, string> = type) =>
  service.call("POST", path, { headers, body })
const post = (service: HttpService, body: unknown) => send(service, "/v1/registrations", JSON.stringify(body))
const toldIn = async (response: Response): Promise<Told> => (await response.json()) as Told
const pathsIn = ({ errors }: Told) => errors.map(({ path }) => path)

const [consent] = registrationRequest().consents
/** A request that says all that one can say. */
const full = () => ({
  ...registrationRequest({ partnerUserIdType: "T", locale: "id_ID", labels: { a: "b" }, renew: false }),
  applicant: {
    ...registrationRequest().applicant,
    phoneNumber: { number: "081234567890", verificationReferenceId: "otp-992" }
  },
  consents: [
    {
      ...consent,
      documents: {
        id_ID: { url: "https://example.id/", text: "Ya" },
        en_ID: { url: "https://example.id/", text: "Yes" }
      },
      device: {
        ...{ userAgent: "a", ip: "b", os: "c", make: "d", model: "e", uniqueId: "f", networkProvider: "g" },
        ...{ appId: "h", appVersion: "i" }
      }
    }
  ]
})

/** Every place in a value, as the answers name it. */
const placesIn = (value: unknown, path = ""): ReadonlyArray<readonly [path: string, value: unknown]> => {
  const within = Array.isArray(value)
    ? value.flatMap((one, n) => placesIn(one, `${path}[${n}]`))
    : typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([name, one]) => placesIn(one, path === "" ? name : `${path}.${name}`))
      : []
  return [[path, value], ...within]
}

/** The value with another one at a place. */
const having = (value: unknown, path: string, given: unknown): unknown => {
  const [, step, rest = ""] = /^\.?(\w+|\[\d+\])(.*)$/.exec(path) ?? []
  if (step === undefined) return given
  if (Array.isArray(value)) return value.map((one, n) => (`[${n}]` === step ? having(one, rest, given) : one))
  const fields = Object(value) as Json
  return { ...fields, [step]: having(fields[step], rest, given) }
}

const places = placesIn(full())
const texts = places.flatMap(([path, value]) => (typeof value === "string" ? [path] : []))
const objects = places.flatMap(([path, value]) =>
  typeof value === "object" && !Array.isArray(value) && path !== "labels" ? [path] : []
)
const optional = [
  ...["partnerUserIdType", "locale", "labels", "renew", "applicant.email", "applicant.phoneNumber", "labels.a"],
  ...["consents[0].device", "consents[0].documents.id_ID", "consents[0].documents.en_ID"],
  ...["id_ID", "en_ID"].flatMap((language) =>
    ["url", "text"].map((field) => `consents[0].documents.${language}.${field}`)
  ),
  ...Object.keys(full().consents[0]?.device ?? {}).map((field) => `consents[0].device.${field}`)
]
const required = places.map(([path]) => path).filter((path) => path !== "" && !optional.includes(path))

describe("a field", () => {
  it("that is unknown is refused wherever it stands, whatever its value", async () => {
    const service = await startHttp()
    for (const path of objects)
      for (const value of [null, "", 1, {}, []]) {
        const unknown = path === "" ? "extra" : `${path}.extra`
        const response = await post(service, having(full(), unknown, value))
        expect(response.status, unknown).toBe(422)
        expect(pathsIn(await toldIn(response))).toEqual([unknown])
      }
    const { id } = (await (await post(service, full())).json()) as Json
    for (const value of [null, "", 1]) {
      const path = `/v1/registrations/${id}/withdrawal`
      const told = await toldIn(await send(service, path, JSON.stringify({ reason: "other", extra: value })))
      expect(pathsIn(told)).toEqual(["extra"])
    }
  })

  it("that is optional may be null, which is the same as leaving it out; a required one may not", async () => {
    const service = await startHttp()
    for (const path of optional) {
      const response = await post(service, having(full(), path, null))
      expect(response.status, path).toBe(201)
    }
    for (const path of required) {
      const response = await post(service, having(full(), path, null))
      expect(response.status, path).toBe(422)
      expect(pathsIn(await toldIn(response))).toContain(path)
    }
  })

  it("of text is never empty, and has no control characters and lone surrogates", async () => {
    const service = await startHttp()
    const wrong = ["", "a\u0000", "a\u0007b", "\u001b[31m", "a\u007f", "a\u0085b", "a\ud800", "\udc00a", "\ud800\ud800"]
    for (const path of texts)
      for (const value of wrong) {
        const response = await post(service, having(full(), path, value))
        expect(response.status, `${path} ${JSON.stringify(value)}`).toBe(422)
        expect(pathsIn(await toldIn(response)), path).toContain(path)
      }
  })

  it("of text is one line, but for the text of a consent document", async () => {
    const service = await startHttp()
    for (const path of texts)
      for (const space of ["\t", "\n", "\r"]) {
        const given = places.find(([place]) => place === path)?.[1]
        const response = await post(service, having(full(), path, `${given}${space}x`))
        expect(response.status, `${path} ${JSON.stringify(space)}`).toBe(path.endsWith(".text") ? 201 : 422)
      }
    expect((await post(service, having(full(), "consents[0].documents.id_ID.text", "\ud83d\ude00 ok"))).status).toBe(
      201
    )
  })

  it("of time is read leniently, but for its offset", async () => {
    const service = await startHttp()
    const path = "consents[0].givenAt"
    for (const time of [
      ...["2026-01-23T10:00Z", "2026-01-23T10:00:00z", "2026-01-23t10:00:00Z", "2026-01-23 10:00:00Z"],
      ...["2026-01-23T10:00:00.1Z", "2026-01-23T10:00:00.123456789012Z", "2026-01-23T10:00+0700"],
      ...["2026-01-23T10:00:00+07:00", "2026-01-23T10:00:00-0330"]
    ])
      expect((await post(service, having(full(), path, time))).status, time).toBe(201)
    for (const time of [
      ...["2026-01-23T10:00:00", "2026-01-23T10:00:00.Z", "2026-01-23T10:00:00+07", "2026-01-23T10Z", "2026-01-23"],
      ...[
        "20260123T100000Z",
        "2026-01-23T10:00:00 Z",
        "2026-01-23T24:00:01Z",
        "2026-02-29T10:00:00Z",
        "now",
        1769162400
      ]
    ]) {
      const response = await post(service, having(full(), path, time))
      expect(response.status, String(time)).toBe(422)
      expect(pathsIn(await toldIn(response))).toEqual([path])
    }
  })
})

describe("a body of JSON", () => {
  /** Each route that takes one: how to make a right one, and its status. */
  const takers = async (service: HttpService) => {
    const start = async () => String(((await (await post(service, registrationRequest())).json()) as Json)["id"])
    const known = await start()
    return [
      {
        path: async () => "/v1/registrations",
        known: "/v1/registrations",
        right: () => JSON.stringify(registrationRequest()),
        status: 201
      },
      {
        path: async () => `/v1/registrations/${await start()}/withdrawal`,
        known: `/v1/registrations/${known}/withdrawal`,
        right: () => '{"reason":"other"}',
        status: 200
      }
    ]
  }

  it("is taken in every form that is allowed", async () => {
    const service = await startHttp()
    for (const { path, right, status } of await takers(service)) {
      const forms: ReadonlyArray<readonly [Body, Record<string, string>]> = [
        [Buffer.from(right()), {}],
        [right(), { "content-type": "" }],
        [right(), { "content-type": "APPLICATION/json;charset=utf-8" }],
        [right(), { "content-type": "application/json ; charset=ISO-8859-1" }],
        [`\ufeff${right()}`, type],
        [` \r\n\t${right()}\n`, type],
        [new Blob([right()]).stream(), type],
        [new Blob([`\ufeff${right()}`]).stream(), type],
        [right().padEnd(256 * 1024), type],
        [new Blob([right().padEnd(256 * 1024)]).stream(), type],
        ...["", "identity", "IDENTITY", "utf-8", "UTF-8", " identity "].map(
          (encoding) => [right(), { ...type, "content-encoding": encoding }] as const
        )
      ]
      for (const [n, [body, headers]] of forms.entries())
        expect((await send(service, await path(), body, headers)).status, `${status}, form ${n}`).toBe(status)
    }
  })

  it("is refused in every other", async () => {
    const service = await startHttp()
    for (const { known, right } of await takers(service)) {
      const large = right().padEnd(256 * 1024 + 1)
      const forms: ReadonlyArray<readonly [Body, number, Record<string, string>?]> = [
        ...[
          "",
          " ",
          "{",
          '{"a":}',
          "nope",
          "{'a':1}",
          "[1,]",
          '{"a":1}{"b":2}',
          "NaN",
          "01",
          '"\t"',
          "\ufeff",
          "\ufeff\ufeff{}"
        ].map((text) => [text, 400] as const),
        [Buffer.from('{"a":"\xff"}', "latin1"), 400],
        [Buffer.from('{"a":1}', "utf16le"), 400],
        [Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 400],
        [large, 413],
        [new Blob([large]).stream(), 413],
        ...[
          "text/plain",
          "text/json",
          "application/xml",
          "application/json-patch+json",
          "application/problem+json",
          "*/*",
          "json"
        ].map((wrong) => [right(), 415, { "content-type": wrong }] as const),
        ...["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json, text/plain"].map(
          (wrong) => [right(), 415, { "content-type": wrong }] as const
        ),
        ...["gzip", "br", "deflate", "zstd", "identity, gzip", "utf8", "x"].map(
          (encoding) => [right(), 415, { ...type, "content-encoding": encoding }] as const
        )
      ]
      for (const [n, [body, status, headers]] of forms.entries()) {
        const response = await send(service, known, body, headers)
        expect(response.status, `${known}, form ${n}`).toBe(status)
        expect(await toldIn(response)).toMatchObject({
          code: { 400: "malformed_json", 413: "too_large", 415: "unsupported_media_type" }[status],
          ...(status === 413 ? { detail: expect.stringContaining("256 KiB") } : {})
        })
      }
      for (const whole of ["[]", "null", "true", "1e999", '"text"', "[{}]"]) {
        const told = await toldIn(await send(service, known, whole))
        expect([told["status"], ...pathsIn(told)], whole).toEqual([422, ""])
      }
    }
  })

  it("sets no traps: prototypes, deep nesting, numbers beyond all, keys that come twice", async () => {
    const service = await startHttp()
    const text = (fields: string) => JSON.stringify(registrationRequest()).replace("{", `{${fields},`)
    const deep = (depth: number) => "[".repeat(depth) + "]".repeat(depth)
    for (const [fields, path] of [
      ['"__proto__":{"renew":true}', "__proto__"],
      ['"constructor":{"prototype":{}}', "constructor"],
      ['"toString":null', "toString"],
      ['"renew":1e999', "renew"],
      ['"renew":-0', "renew"],
      [`"labels":{"a":${deep(100_000)}}`, "labels.a"],
      [`"locale":${deep(100_000)}`, "locale"],
      [`"x":${'{"a":'.repeat(40_000)}1${"}".repeat(40_000)}`, "x"]
    ] as const) {
      const response = await send(service, "/v1/registrations", text(fields))
      expect(response.status, path).toBe(422)
      expect(pathsIn(await toldIn(response))).toEqual([path])
    }
    const whole = await toldIn(await send(service, "/v1/registrations", deep(130_000)))
    expect(pathsIn(whole)).toEqual([""])
    // Of a key that comes twice the last one counts, for the check as for all that follows.
    const twice = await send(service, "/v1/registrations", text('"locale":"none","locale":"en_ID"'))
    expect(twice.status).toBe(201)
    const last = await send(service, "/v1/registrations", text('"locale":"en_ID","locale":"none"'))
    expect(pathsIn(await toldIn(last))).toEqual(["locale"])
    // {} has got nothing from any of it.
    expect([({} as Json)["renew"], ({} as Json)["a"]]).toEqual([undefined, undefined])
  })

  it("with a NIK as a number is told why", async () => {
    const service = await startHttp()
    const text = JSON.stringify(registrationRequest()).replace('"3174096112900001"', "9171014501900001")
    const told = await toldIn(await send(service, "/v1/registrations", text))
    expect(told.errors).toMatchObject([{ path: "applicant.nik", message: expect.stringMatching(/string|text/) }])
    expect(JSON.stringify(told)).not.toMatch(/917101450190000/)
  })

  it("of nothing but mistakes is answered with a bounded list, the last of which says so", async () => {
    const service = await startHttp()
    const many = (count: number, of: (n: number) => string) => Array.from({ length: count }, (_, n) => of(n)).join(",")
    const { id } = (await (await post(service, registrationRequest())).json()) as Json
    const unknown = `{${many(25_000, (n) => `"${n.toString(36)}":1`)}}`
    for (const [path, body, isCut] of [
      ["/v1/registrations", unknown, true],
      [`/v1/registrations/${id}/withdrawal`, unknown, true],
      ["/v1/registrations", `{"applicant":${unknown}}`, true],
      ["/v1/registrations", `{"labels":${unknown}}`, false],
      ["/v1/registrations", `{"consents":[${many(80_000, () => "{}")}]}`, false],
      ["/v1/registrations", `[${many(120_000, () => "1")}]`, false]
    ] as const) {
      const response = await send(service, path, body)
      expect(response.status).toBe(422)
      const { errors } = await toldIn(response)
      expect(errors.length).toBeLessThanOrEqual(1000)
      expect(errors.at(-1)?.message.includes("More fields are wrong")).toBe(isCut)
    }
  })
})
