import { assert, describe, it, vi } from "vitest"
import { answer, canary, good, type Handler, head, raw } from "../contract/esign-platform-answers.ts"
import { broken } from "../contract/esign-platform-broken.ts"
import { failureOf, kinds, outcomesOf, refusal, right } from "../contract/esign-platform-facing.ts"
import { odd } from "../contract/esign-platform-odd.ts"

vi.setConfig({ maxConcurrency: 8 })

describe.concurrent("an answer that is none, to whatever call, is an outage of unknown effect", () => {
  it.for(broken)("%s", async ([, handler, code]) => {
    // Only those that never end are given less time.
    const timeoutMillis = code === "timeout" ? 3000 : undefined
    const errors = await Promise.all(kinds.map((kind) => failureOf(kind, handler, timeoutMillis)))
    for (const [n, error] of errors.entries()) {
      const operation = kinds[n]
      const effect = operation === "token" ? "none" : "unknown"
      assert.deepInclude(error, { _tag: "PlatformUnavailable", operation, effect })
      assert.match(String(error["code"]), /^(http_\d{3}|unreadable_answer|timeout|[A-Z][A-Z0-9_]+)$/)
      if (code !== undefined) assert.propertyVal(error, "code", code)
    }
  })
})

describe.concurrent("an answer that is odd and right is taken", () => {
  it.for(odd)("%s", async ([, handler]) => {
    for (const kind of kinds) {
      const [outcome] = (await outcomesOf(kind, [handler])).outcomes
      assert.propertyVal(outcome, "_tag", "Success", `${kind}: ${JSON.stringify(outcome)}`)
    }
    assert.notProperty({}, "polluted")
  })
})

it("a refusal of the credentials is an outage without effect, whatever it says", async () => {
  for (const status of [400, 401, 403, 404, 429]) {
    const error = await failureOf("token", answer(status, refusal({ code: "110", cause: "UNAUTHORIZED" })))
    assert.deepInclude(error, { _tag: "PlatformUnavailable", effect: "none", code: `http_${status}` })
    assert.notProperty(error, "reasonCode")
  }
})

it.each(kinds)("a %s that is turned away did nothing, whatever comes with it", async (kind) => {
  const bodies = [good, "", `<html>${canary}`, refusal({ code: "110", cause: "UNAUTHORIZED" })]
  for (const body of bodies) {
    assert.deepInclude(await failureOf(kind, answer(429, body)), { effect: "none", code: "http_429" })
    if (kind === "token") continue
    const { outcomes, paths } = await outcomesOf(kind, [answer(401, body), answer(401, body), right])
    assert.deepInclude(outcomes[0], { _tag: "PlatformUnavailable", effect: "none", code: "http_401" })
    assert.propertyVal(outcomes[1], "_tag", "Success")
    assert.strictEqual(paths.filter((path) => path.endsWith("/authentication")).length, 2)
  }
})

describe.concurrent("a Retry-After is a pause of an hour at most, or none", () => {
  const hour = 3_600_000
  it.for([
    ["0", 0],
    ["-1", 0],
    ["-99999999999999999999", 0],
    ["7", 7000],
    ["0.5", 500],
    ["3601", hour],
    ["99999999999999999999", hour],
    ["1e400", hour],
    ["9".repeat(5000), hour],
    ["Infinity", hour],
    ["NaN", undefined],
    ["", undefined],
    ["soon", undefined],
    ["7 seconds", undefined],
    ["7, 8", undefined],
    ["12:00", undefined],
    [canary, undefined],
    ["Wed, 25 Nov 2026 10:00:30 GMT", 30_000],
    ["Wed, 25 Nov 2026 09:00:00 GMT", 0],
    ["Fri, 31 Dec 9999 23:59:59 GMT", hour],
    ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
    ["Wed, 99 Foo 2026 10:00:30 GMT", undefined]
  ] as const)("%s", async ([pause, retryAfter]) => {
    const headers = { "retry-after": pause, date: "Wed, 25 Nov 2026 10:00:00 GMT" }
    for (const kind of kinds)
      for (const status of [429, 503]) {
        const error = await failureOf(kind, answer(status, "", headers))
        assert.strictEqual(error["retryAfter"], retryAfter, `${kind} ${status}`)
      }
  })

  it("of an answer that only announces another is none", async () => {
    const announced = raw(head("103 Early Hints\nretry-after: 7") + head("503 X\ncontent-length: 0"))
    assert.notProperty(await failureOf("urls", announced), "retryAfter")
  })

  it("given twice is none", async () => {
    const twice: Handler = (_, response) => void response.writeHead(503, ["retry-after", "1", "retry-after", "2"]).end()
    assert.notProperty(await failureOf("urls", twice), "retryAfter")
  })
})
