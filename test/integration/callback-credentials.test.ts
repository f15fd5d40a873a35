import { describe, expect, it } from "vitest"
import { callbackAuth, type HttpService, startHttp } from "../support/http-service.ts"
import { rawConnection } from "../support/raw-http.ts"

const path = "/v1/esign/callback"
const basic = (credentials: string, encoding: BufferEncoding = "utf8") =>
  `Basic ${Buffer.from(credentials, encoding).toString("base64")}`

/** Sends a callback with these header lines as they are, each byte a character. */
const told = async (service: HttpService, lines: ReadonlyArray<string>, { method = "POST", body = "{}" } = {}) => {
  const { write, answer, socket } = await rawConnection(service.port)
  const head = [`${method} ${path} HTTP/1.1`, "host: x", `content-length: ${Buffer.byteLength(body)}`, ...lines]
  await write(Buffer.from(`${head.join("\r\n")}\r\n\r\n`, "latin1"), body)
  const { status, headers, body: text } = await answer()
  socket.destroy()
  return { status, challenge: headers["www-authenticate"], text }
}
const utf8 = (text: string) => Buffer.from(text).toString("latin1")

type Form = {
  readonly auth: string
  readonly challenge: string
  readonly right: ReadonlyArray<ReadonlyArray<string>>
  readonly wrong: ReadonlyArray<ReadonlyArray<string>>
}

const forms: ReadonlyArray<Form> = [
  {
    auth: "basic plat:pä:ss wörd",
    challenge: 'Basic realm="callback", charset="UTF-8"',
    right: [
      [`authorization: ${basic("plat:pä:ss wörd")}`],
      [`Authorization: ${basic("plat:pä:ss wörd", "latin1")}`],
      [`authorization: bASIC ${basic("plat:pä:ss wörd").slice(6)}`],
      [`authorization:   ${basic("plat:pä:ss wörd")}  `]
    ],
    wrong: [
      [`authorization: ${basic("plat:pä:ss")}`],
      [`authorization: ${basic("Plat:pä:ss wörd")}`],
      [`authorization: ${basic("plat:pä:ss wörd\n")}`],
      [`authorization: ${basic("plat:pä:ss wörd").replace("Basic", "Bearer")}`],
      [`authorization: ${basic("plat:pä:ss wörd").slice(6)}`],
      ["authorization: Basic"],
      ["authorization: Basic !!!!"],
      [`authorization: ${basic("plat:pä:ss wörd")}`, `authorization: ${basic("plat:pä:ss wörd")}`],
      [`authorization: ${basic("plat:pä:ss wörd")}`, "authorization: Basic eDp5"],
      [`proxy-authorization: ${basic("plat:pä:ss wörd")}`]
    ]
  },
  {
    auth: "bearer t0ken/é",
    challenge: "Bearer",
    right: [
      ["authorization: Bearer t0ken/é"],
      [`authorization: BEARER ${utf8("t0ken/é")}`],
      ["authorization: bearer   t0ken/é"]
    ],
    wrong: [
      ["authorization: Bearer t0ken"],
      ["authorization: Bearer T0ken/é"],
      ["authorization: Bearer t0ken/é x"],
      ["authorization: Bearert0ken/é"],
      ["authorization: t0ken/é"],
      [`authorization: ${basic("t0ken/é")}`],
      ["authorization: Bearer t0ken/é", "authorization: Bearer t0ken/é"],
      ["x-authorization: Bearer t0ken/é"]
    ]
  },
  {
    auth: "header X-Esign-Key: s3cret: kéy",
    challenge: "ApiKey",
    right: [["x-esign-key: s3cret: kéy"], [`X-ESIGN-KEY:${utf8("s3cret: kéy")}`], ["x-esign-key:   s3cret: kéy  "]],
    wrong: [
      ["x-esign-key: s3cret:"],
      ["x-esign-key: S3cret: kéy"],
      ["x-esign-key:"],
      ["x-esign-key: s3cret: kéy, s3cret: kéy"],
      ["x-esign-key: s3cret: kéy", "x-esign-key: s3cret: kéy"],
      ["x-esign-key: wrong", "x-esign-key: s3cret: kéy"],
      ["authorization: ApiKey s3cret: kéy"],
      ["x-esign-keys: s3cret: kéy"]
    ]
  },
  {
    // Headers that Node treats in ways of their own.
    auth: "header Cookie:a=b; c=d",
    challenge: "ApiKey",
    right: [["cookie: a=b; c=d"]],
    wrong: [["cookie: a=b", "cookie: c=d"], ["cookie: a=b"]]
  },
  {
    auth: "header set-cookie:value",
    challenge: "ApiKey",
    right: [["set-cookie: value"]],
    wrong: [["set-cookie: value", "set-cookie: value"]]
  },
  {
    auth: "header Authorization:ApiKey xyz",
    challenge: "ApiKey",
    right: [["authorization: ApiKey xyz"]],
    wrong: [["authorization: apikey xyz"], ["authorization: Bearer xyz"]]
  }
]

describe("the credentials of a callback", () => {
  it.for(forms)("$auth", async ({ auth, challenge, right, wrong }) => {
    const service = await startHttp({ callbackAuth: callbackAuth(auth) })
    for (const method of ["POST", "PUT", "PATCH"])
      for (const lines of right)
        expect(await told(service, lines, { method }), lines.join()).toMatchObject({
          status: 200,
          text: '{"received":true}'
        })
    const answers = new Set<string>()
    // Before the body is looked at.
    for (const lines of [[], ["authorization:"], ...wrong])
      for (const body of ["{}", "{"]) {
        const { status, challenge: asked, text } = await told(service, lines, { body })
        expect([status, asked], lines.join()).toEqual([401, challenge])
        answers.add(text.replace(/"requestId":"[^"]+"/, ""))
      }
    expect(answers.size).toBe(1)
    const secrets = /p.{1,2}:ss|t0ken|s3cret|xyz/
    expect([...answers].join() + JSON.stringify(service.lines)).not.toMatch(secrets)
  })

  it("none: everybody may tell", async () => {
    const service = await startHttp({ callbackAuth: callbackAuth("none") })
    for (const lines of [[], ["authorization: Bearer whatever"], ["authorization: x", "authorization: y"]])
      expect((await told(service, lines)).status).toBe(200)
  })

  it("any of several, while a secret changes; the challenge names each scheme once", async () => {
    const service = await startHttp({
      callbackAuth: callbackAuth("bearer old\nbearer new\nbasic u:p\nheader x-key: k\nheader y-key: k")
    })
    for (const line of [
      "authorization: Bearer old",
      "authorization: Bearer new",
      `authorization: ${basic("u:p")}`,
      "x-key: k",
      "y-key: k"
    ])
      expect((await told(service, [line])).status, line).toBe(200)
    expect((await told(service, ["authorization: Bearer wrong", "x-key: k"])).status).toBe(200)
    const { status, challenge } = await told(service, ["authorization: Bearer wrong", "x-key: wrong"])
    expect([status, challenge]).toEqual([401, 'Bearer, Basic realm="callback", charset="UTF-8", ApiKey'])
  })

  it("are not asked of who only looks", async () => {
    const service = await startHttp()
    for (const method of ["GET", "HEAD"])
      for (const headers of [{}, { authorization: "Bearer wrong" }] as ReadonlyArray<Record<string, string>>) {
        const response = await service.call(method, `${path}?challenge=1&challenge=2`, { as: "", headers })
        expect(response.status).toBe(200)
        expect(await response.text()).toBe(method === "GET" ? "{}" : "")
      }
    expect(service.lines.filter(({ event }) => event === "callback_ping")).toEqual([])
  })

  it("are not those of the API, nor the other way round", async () => {
    const service = await startHttp()
    expect((await told(service, [`authorization: Bearer ${service.keys["acme"]}`])).status).toBe(401)
    const headers = { authorization: "Bearer callback-secret" }
    expect((await service.call("GET", "/v1/registrations/x", { as: "", headers })).status).toBe(401)
  })
})

describe("the body of a callback", () => {
  const secret = ["authorization: Bearer callback-secret"]

  const pings = [
    ...["", " ", "\r\n\t", "\ufeff", "\ufeff{}", "{}", "[]", "[{}]", "null", "true", "0", "1e999", '"text"', '""'],
    ...['{"submissionId":null}', '{"submissionId":""}', '{"submissionId":7}', '{"submissionId":{}}', '{"a":"\\ud800"}'],
    ...['[{"submissionId":"x"}]', '{"SubmissionId":"x"}', '{"__proto__":{"submissionId":"x"}}', '{"status":[]}'],
    `${"[".repeat(30_000)}${"]".repeat(30_000)}`
  ]

  it("that names no submission is a ping: 200, counted and logged", async () => {
    const service = await startHttp()
    for (const [n, body] of pings.entries()) {
      expect(await told(service, secret, { body }), body).toMatchObject({ status: 200, text: '{"received":true}' })
      const logged = service.lines.filter(({ event }) => event === "callback_ping")
      expect(logged.length, body).toBe(n + 1)
      expect(logged.at(-1)).toEqual({
        event: "callback_ping",
        requestId: expect.any(String),
        count: expect.any(Number)
      })
    }
    const counts = service.lines.flatMap(({ event, count }) => (event === "callback_ping" ? [count ?? 0] : []))
    expect(counts.map((count) => count - (counts[0] ?? 0))).toEqual([...pings.keys()])
  })
})
