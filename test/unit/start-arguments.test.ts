import { Result } from "effect"
import { expect, it } from "vitest"
import { readStartArguments } from "../../src/infrastructure/start-arguments.ts"

it("a start takes no argument, or --after-restore", () => {
  expect(readStartArguments([])).toEqual(Result.succeed({ afterRestore: false }))
  expect(readStartArguments(["--after-restore"])).toEqual(Result.succeed({ afterRestore: true }))
})

it.each([["--after-restore=1"], ["--After-Restore"], ["canary"], [""], ["--after-restore", "canary"], ["-h"]])(
  "anything else is refused, and not repeated: %j",
  (...args) => {
    const refused = Result.merge(readStartArguments(args))
    expect(refused).toMatch(/^The start takes one argument at most: --after-restore, /)
    expect(refused).not.toContain("canary")
  }
)
