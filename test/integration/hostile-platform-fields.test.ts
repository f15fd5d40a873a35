import { assert, describe, it, vi } from "vitest"
import { answer, canary, goodData, json, submissionId } from "../contract/esign-platform-answers.ts"
import { failureOf, type Kind, kinds, outcomesOf, refusal, right } from "../contract/esign-platform-facing.ts"

vi.setConfig({ maxConcurrency: 8 })

describe.concurrent.each(kinds.filter((kind) => kind !== "token"))("%s that is refused", (kind) => {
  it.for([
    ["a word", { code: "1653", cause: "NOT_YOURS_2" }, { reasonCode: "NOT_YOURS_2", platformCode: "1653" }],
    ["a number for the code", { code: 900, cause: "X" }, { reasonCode: "X", platformCode: "900" }],
    ["words of another kind", { code: "e-7.x_1", cause: "Not_Yours" }, { platformCode: "e-7.x_1" }],
    ["nothing", {}, {}],
    ["null", { code: null, cause: null, entity: null }, {}],
    ["other types", { code: [canary], cause: { toString: canary } }, {}],
    ["numbers without end", { code: 1e308, cause: 1e308 }, {}],
    ["empty texts", { code: "", cause: "" }, {}],
    ["long texts", { code: "1".repeat(41), cause: "X".repeat(101) }, {}],
    ["free text", { code: `code ${canary}`, cause: `NIK ${canary} is taken` }, {}],
    ["a name", { code: "Siti Rahmawati", cause: "SITI RAHMAWATI" }, {}],
    ["a NIK", { code: "3174096112900001", cause: "TAKEN_BY_3174096112900001" }, {}],
    ["a NIK in parts", { code: "3174-0961-1290-0001", cause: "TAKEN_BY_3174_0961_1290_0001" }, {}],
    ["a phone number", { code: "+6281234567890", cause: "PHONE_6281234567890" }, {}],
    ["a date of birth", { code: "1990-12-21", cause: "BORN_21_12_1990" }, {}],
    ["an address", { code: "siti@example.id", cause: "SITI@EXAMPLE.ID" }, {}],
    ["a line break", { code: "1\n2", cause: "X\nY" }, {}],
    ["a lone surrogate", { code: "1\ud800", cause: "X\ud800" }, {}],
    ["look-alikes", { code: "１６５３", cause: "ＮＯＴ" }, {}],
    ["a prototype", JSON.parse('{"__proto__":{"code":"1","cause":"X"}}'), {}]
  ] as const)("tells %s or nothing", async ([, error, told]) => {
    for (const status of [400, 403, 404]) {
      if (kind === "poll" && status === 404) continue
      const failure = await failureOf(kind, answer(status, refusal(error)))
      const { _tag, operation, reasonCode, platformCode } = failure
      assert.deepStrictEqual([_tag, operation], ["PlatformRefused", kind])
      assert.deepStrictEqual(
        { ...(reasonCode ? { reasonCode } : {}), ...(platformCode ? { platformCode } : {}) },
        { ...told }
      )
    }
  })
})

const withData = (change: object) => json({ success: true, data: { ...goodData, ...change } })
const readingOf = async (kind: Kind, change: object): Promise<unknown> => {
  const [outcome] = (await outcomesOf(kind, [withData(change)])).outcomes
  return outcome?.["_tag"] === "Success" ? outcome["value"] : outcome?.["code"]
}

describe.concurrent("URLs", () => {
  const usual = 432_000_000
  it.for([
    ["0", 0],
    [0, 0],
    ["-1", usual],
    ["1e9", 1e12],
    ["1000000001", usual],
    [1e308, usual],
    ["1e999", usual],
    ["9".repeat(1000), usual],
    ["NaN", usual],
    ["in 5 days", usual],
    ["2026-11-25T10:00:00Z", usual],
    [null, usual],
    [[60], usual],
    [{ seconds: 60 }, usual],
    [true, usual],
    ["", usual],
    [" ", usual],
    ["0.25", 250]
  ] as const)("that last %j", async ([expiryInSeconds, lifetime]) => {
    const { KTP, SELFIE } = goodData.documents
    const documents = { KTP: { ...KTP, expiryInSeconds }, SELFIE: { ...SELFIE, expiryInSeconds } }
    assert.propertyVal(await readingOf("urls", { documents }), "lifetime", lifetime)
  })

  it.for(["", " ", "a b", "a\r\nx: y", "x".repeat(65), "ü", "../..", "\ud800", 7, ["a"], { id: 1 }, null, true])(
    "of a submission named %j are none",
    async (id) => assert.strictEqual(await readingOf("urls", { submissionId: id }), "unreadable_answer")
  )

  it.for([null, 7, "", [], {}, [canary], true])("that are %j are none", async (documentUrl) => {
    const documents = { ...goodData.documents, SELFIE: { documentUrl, expiryInSeconds: "60" } }
    assert.strictEqual(await readingOf("urls", { documents }), "unreadable_answer")
  })

  it("are told to nobody who does not unwrap them", async () => {
    const issued = await readingOf("urls", {})
    assert.notInclude(`${JSON.stringify(issued)} ${String(issued)}`, canary)
  })
})

describe.concurrent("a token", () => {
  it.for(["", " ", "a b", "a\r\nx-evil: 1", "ü", "\ud800", "x".repeat(8193), 7, null, ["tok"], { tok: 1 }])(
    "that is %j is none, and goes into no header",
    async (token) => assert.strictEqual(await readingOf("token", { token }), "unreadable_answer")
  )

  it("that has run out when it comes is used for its call, and for no other", async () => {
    for (const expiry_seconds of ["0", 0]) {
      const { outcomes, paths } = await outcomesOf("token", [withData({ expiry_seconds }), right, right])
      assert.deepStrictEqual(
        outcomes.map(({ _tag }) => _tag),
        ["Success", "Success", "Success"]
      )
      assert.strictEqual(paths.filter((path) => path.endsWith("/authentication")).length, 2)
    }
  })
})

describe.concurrent("a result", () => {
  const known = { _tag: "Known", submissionId, status: "COMPLETED", result: "VALID" }
  it.for([
    ["a status that nobody knows", { status: canary }, { ...known, status: "UNKNOWN" }],
    ["a result that nobody knows", { result: canary }, { ...known, result: "UNKNOWN" }],
    ["a result of another type", { result: [canary] }, { ...known, result: "UNKNOWN" }],
    ["reasons of another type", { reasonCode: { canary } }, known],
    ["a reason that repeats what was given", { reasonCode: `NIK_${canary}` }, known],
    ["a reason in free text", { reasonCode: "Siti Rahmawati is not on file" }, known],
    ["a time of another age", { processedAt: "+275760-09-13T00:00:00Z" }, known],
    ["a time that is a number", { processedAt: 1e308 }, known],
    [
      "a time without end",
      { processedAt: `2026-05-08T10:30:00.${"9".repeat(100_000)}Z` },
      { ...known, processedAt: "2026-05-08T10:30:00.999Z" }
    ],
    ["details of another type", { submissionDetails: [canary] }, known],
    ["details in another place", { verificationResult: { nik: "PASS" }, registrationId: submissionId }, known],
    ["checks of another type", { submissionDetails: { verificationResult: { nik: canary, name: [1] } } }, known],
    ["a certificate that is a person", { submissionDetails: { registrationId: "3174096112900001" } }, known],
    ["a certificate that is a text", { submissionDetails: { registrationId: `a ${canary}` } }, known],
    ["a prototype", { ...JSON.parse('{"__proto__":{"reasonCode":"X"}}') }, known]
  ] as const)("with %s", async ([, change, expected]) => {
    assert.deepStrictEqual(await readingOf("poll", change), expected)
  })

  it.for([null, "", " ", 7, [], {}, true])("of status %j is none", async (status) => {
    assert.strictEqual(await readingOf("poll", { status }), "unreadable_answer")
  })
})
