import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { emptyInProduction, holdsLog } from "../../src/infrastructure/first-start.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const eventStore = { kind: "sqlite" } as const
const holding = (...files: ReadonlyArray<string>) => {
  const dataDir = temporaryFolder()
  for (const file of files) writeFileSync(join(dataDir, file), "not empty")
  return { dataDir, isProduction: true, eventStore }
}

describe("a start in production", () => {
  it("needs a log or a vault: what is lost of both is found when they are opened", () => {
    expect(emptyInProduction(holding())).toMatch(/neither log nor vault.*init/)
    expect(emptyInProduction({ ...holding(), isProduction: false })).toBeUndefined()
    for (const files of [["log.db", "vault.db"], ["vault.db"], ["log.db"]])
      expect(emptyInProduction(holding(...files))).toBeUndefined()
  })

  it("needs a vault where the log lies elsewhere; a log beside it is refused when they are opened", () => {
    const elsewhere = { eventStore: { kind: "eventstoredb" } } as const
    expect(emptyInProduction({ ...holding(), ...elsewhere })).toMatch(/no vault.*init/)
    for (const files of [["vault.db"], ["log.db"]])
      expect(emptyInProduction({ ...holding(...files), ...elsewhere })).toBeUndefined()
  })
})

describe("a directory", () => {
  it("holds a log, or may be the place of a first one", () => {
    expect([holding(), holding("log.db"), holding("vault.db")].map(holdsLog)).toEqual([false, true, false])
  })

  it("holds nothing in a file without a byte, which SQLite takes for a new one", () => {
    const empty = holding("vault.db")
    writeFileSync(join(empty.dataDir, "log.db"), "")
    expect(holdsLog(empty)).toBe(false)
    writeFileSync(join(empty.dataDir, "vault.db"), "")
    expect(emptyInProduction(empty)).toMatch(/neither log nor vault/)
  })
})
