import { describe, expect, it } from "vitest"
import { temporaryFolder } from "../support/temporary-folder.ts"
import { copyTo, isFast, mutants, survives } from "./mutant.ts"

const fast = mutants.filter(isFast)

describe("a protection that is taken out", () => {
  it("is one of at least fifteen, each with its words and its test", () => {
    expect(mutants.length).toBeGreaterThanOrEqual(15)
    expect(mutants.filter(({ protects, test }) => protects === "" || test === "")).toEqual([])
  })

  it.each(fast)("is noticed: $protects", { timeout: 120_000 }, async (mutant) => {
    const dir = temporaryFolder()
    copyTo(dir)
    expect(await survives(dir, mutant)).toBeUndefined()
  })

  it("is not, where its test looks at something else", { timeout: 120_000 }, async () => {
    const [mutant] = fast
    if (!mutant) throw new Error("there are no mutants")
    const dir = temporaryFolder()
    copyTo(dir)
    expect(await survives(dir, { ...mutant, test: "test/unit/application/back-off.test.ts" })).toMatch("did not notice")
  })
})
