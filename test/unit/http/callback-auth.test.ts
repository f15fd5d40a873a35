import { Result } from "effect"
import { describe, expect, it } from "vitest"
import { challengeOf, isFromPlatform, parseCallbackAuth } from "../../../src/adapters/http/request/callback-auth.ts"

const auth = (text: string) => Result.getOrThrow(parseCallbackAuth(text))
const basic = (credentials: string) => ({ authorization: `Basic ${Buffer.from(credentials).toString("base64")}` })

describe("ESIGN_CALLBACK_AUTH", () => {
  it.each([
    ["basic user1:pa:ss-w0rd", basic("user1:pa:ss-w0rd"), basic("user1:other")],
    ["basic u:naïve pass", basic("u:naïve pass"), basic("u:naive pass")],
    ["BASIC u:", basic("u:"), basic("u:x")],
    ["bearer tok", { authorization: "bEARER tok" }, { authorization: "Bearer Tok" }],
    ["header X-Api-Key:Sekr3t:v", { "x-api-key": "Sekr3t:v" }, { "x-api-key": "sekr3t:v" }],
    ["header x-key: ünïcode ", { "x-key": Buffer.from("ünïcode").toString("latin1") }, { "x-key": "unicode" }]
  ])("%s", (text, right, wrong) => {
    expect(isFromPlatform(auth(text), right)).toBe(true)
    for (const headers of [
      wrong,
      {},
      { authorization: "" },
      { authorization: "tok" },
      { authorization: "Bearer tok x" }
    ])
      expect(isFromPlatform(auth(text), headers)).toBe(false)
  })

  it.each([
    [
      "basic u:pä:ss",
      (value: string) => ({ authorization: `Basic ${Buffer.from(value, "latin1").toString("base64")}` })
    ],
    ["bearer tökén", (value: string) => ({ authorization: `Bearer ${value}` })],
    ["header x-key: kéy", (value: string) => ({ "x-key": value })]
  ])("%s may come in Latin-1 as well as in UTF-8", (text, headersFor) => {
    const secret = text.replace(/^basic |^bearer |^header x-key: /, "")
    const [latin1, utf8] = [secret, Buffer.from(secret).toString("latin1")]
    for (const value of [latin1, utf8]) expect(isFromPlatform(auth(text), headersFor(value))).toBe(true)
    expect(isFromPlatform(auth(text), headersFor(Buffer.from(utf8).toString("latin1")))).toBe(false)
  })

  it("takes a header that came once", () => {
    const once = { authorization: ["Bearer tok"] }
    const twice = { authorization: ["Bearer tok", "Bearer tok"] }
    expect(isFromPlatform(auth("bearer tok"), once)).toBe(true)
    expect(isFromPlatform(auth("bearer tok"), twice)).toBe(false)
    expect(isFromPlatform(auth("header x-key:v"), { "x-key": ["v", "v"] })).toBe(false)
  })

  it("none takes everybody", () => {
    expect(isFromPlatform(auth("none"), {})).toBe(true)
  })

  it("takes any of several lines, while a secret changes", () => {
    const both = auth(" bearer old\r\n\nbasic u:new\n")
    expect(isFromPlatform(both, { authorization: "Bearer old" })).toBe(true)
    expect(isFromPlatform(both, basic("u:new"))).toBe(true)
    expect(isFromPlatform(both, { authorization: "Bearer new" })).toBe(false)
    expect(challengeOf(both)).toMatch(/^Bearer, Basic realm=/)
  })

  it("names the configured scheme", () => {
    expect(challengeOf(auth("bearer a\nbearer b"))).toBe("Bearer")
    expect(challengeOf(auth("header a:b"))).toBe("ApiKey")
  })

  it.each([
    "",
    "\n",
    "secret-1",
    "bearer",
    "bearer secret-1 secret-2",
    "basic secret-1",
    "basic :secret-1",
    "header secret-1",
    "header a b:secret-1",
    "header a:",
    "none secret-1",
    "bearer ok\nsecret-1"
  ])("refuses %j and repeats no secret", (text) => {
    const parsed = parseCallbackAuth(text)
    expect(Result.isFailure(parsed) && parsed.failure).toMatch(/^one of: basic USER:PASSWORD/)
    expect(JSON.stringify(parsed)).not.toContain("secret")
  })

  it("keeps no secret", () => {
    const parsed = auth("basic user:secret-1\nbearer secret-2\nheader name:secret-3")
    expect(JSON.stringify(parsed)).not.toContain("secret")
  })
})
