import { describe, expect, it } from "vitest"
import { temporaryFolder } from "../support/temporary-folder.ts"
import { applies, copyTo, isFast, mutants, survives } from "./mutant.ts"

const fast = mutants.filter(isFast)
/** Each takes a start of the test runner: every third is tried here, and all of them by `npm run mutants`. */
const tried = fast.filter((_, nth) => nth % 3 === 0)

describe("a protection that is taken out", () => {
  it("is one of at least fifteen, each with its words and its test", () => {
    expect(mutants.length).toBeGreaterThanOrEqual(15)
    expect(mutants.filter(({ protects, test }) => protects === "" || test === "")).toEqual([])
  })

  it("is there to be taken out", async () => {
    const dir = temporaryFolder()
    copyTo(dir)
    for (const mutant of mutants) expect([mutant.name, await applies(dir, mutant)]).toEqual([mutant.name, true])
  })

  it.each(tried)("is noticed: $protects", { timeout: 120_000 }, async (mutant) => {
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
