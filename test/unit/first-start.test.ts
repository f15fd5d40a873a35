import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { holdsData, incompleteInProduction } from "../../src/infrastructure/first-start.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const holding = (...files: ReadonlyArray<string>) => {
  const dataDir = temporaryFolder()
  for (const file of files) writeFileSync(join(dataDir, file), "not empty")
  return { dataDir, isProduction: true }
}

describe("a start in production", () => {
  it("needs both log and vault, and says which is not there", () => {
    expect(incompleteInProduction(holding("log.db", "vault.db"))).toBeUndefined()
    expect(incompleteInProduction(holding())).toMatch(/neither log nor vault.*init/)
    expect(incompleteInProduction(holding("vault.db"))).toMatch(/has lost log\.db/)
    expect(incompleteInProduction(holding("log.db"))).toMatch(/has lost vault\.db/)
    expect(incompleteInProduction({ ...holding(), isProduction: false })).toBeUndefined()
  })
})

describe("a directory", () => {
  it("holds data when one of both is there: nothing is made beside it", () => {
    expect([holding(), holding("log.db"), holding("vault.db")].map(holdsData)).toEqual([false, true, true])
  })

  it("holds nothing in a file without a byte, which SQLite takes for a new one", () => {
    const empty = holding("vault.db")
    writeFileSync(join(empty.dataDir, "log.db"), "")
    expect(incompleteInProduction(empty)).toMatch(/has lost log\.db/)
    writeFileSync(join(empty.dataDir, "vault.db"), "")
    expect(incompleteInProduction(empty)).toMatch(/neither log nor vault/)
    expect(holdsData(empty)).toBe(false)
  })
})
