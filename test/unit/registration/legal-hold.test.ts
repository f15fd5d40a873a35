import { Result } from "effect"
import { describe, expect, it } from "vitest"
import { parseLegalHold } from "../../../src/domain/registration/legal-hold.ts"

const now = Date.parse("2026-11-25T10:00:00.000Z")
const until = "2026-11-25T10:00:00.001Z"

const wrong = (body: unknown) =>
  Result.match(parseLegalHold(body, now), {
    onFailure: (errors) => errors.map(({ path }) => path),
    onSuccess: () => []
  })

describe("a hold as it is asked for", () => {
  it.each([
    [
      { reason: "court order", until },
      { reason: "court order", until: now + 1 }
    ],
    [
      { reason: "x".repeat(200), until: "2026-11-25t17:01+0700" },
      { reason: "x".repeat(200), until: now + 60_000 }
    ],
    [{ reason: "Perkara 17 “PN Jaksel” 𝄞", until: "9999-12-31T23:59:59Z" }, { until: 253_402_300_799_000 }]
  ])("%j", (body, hold) => {
    expect(Result.getOrThrow(parseLegalHold(body, now))).toMatchObject(hold)
  })

  it.each([
    [{ until }, ["reason"]],
    [{ reason: "", until }, ["reason"]],
    [{ reason: null, until }, ["reason"]],
    [{ reason: "x".repeat(201), until }, ["reason"]],
    [{ reason: "two\nlines", until }, ["reason"]],
    [{ reason: "lone \ud800 surrogate", until }, ["reason"]],
    [{ reason: "siti@example.id", until }, ["reason"]],
    [{ reason: "3174-0961-1290-0001", until }, ["reason"]],
    [{ reason: "+62 812-3456-7890", until }, ["reason"]],
    [{ reason: "audit" }, ["until"]],
    [{ reason: "audit", until: "2026-11-25T10:00:00Z" }, ["until"]],
    [{ reason: "audit", until: "2026-11-25T10:00:01" }, ["until"]],
    [{ reason: "audit", until: now + 1000 }, ["until"]],
    [{ reason: "", until: "soon" }, ["reason", "until"]],
    [{ reason: "audit", until, by: "me" }, ["by"]],
    [[], [""]],
    ["audit", [""]],
    [null, [""]]
  ])("%j is refused, each wrong field by name", (body, paths) => {
    expect(wrong(body)).toEqual(paths)
  })

  it("no message repeats a value", () => {
    const secrets = ["3174096112900001", "siti@example.id", "081234567890"]
    for (const secret of secrets) {
      const failure = Result.merge(parseLegalHold({ reason: secret, until: secret, [secret.slice(0, 3)]: 1 }, now))
      expect(JSON.stringify(failure)).not.toContain(secret)
    }
  })
})
