import { Result } from "effect"
import { expect, it } from "vitest"
import { readHistoryArguments } from "../../src/adapters/cli/history-arguments.ts"
import { usage } from "../../src/adapters/cli/usage.ts"

it.each([
  [["x"], { id: "x", isJson: false }],
  [["x", "--json"], { id: "x", isJson: true }],
  [["--as-of", "7", "x"], { id: "x", isJson: false, at: { revision: 7 } }],
  [["x", "--as-of=2026-11-26T17:00:00+07:00"], { id: "x", isJson: false, at: { instant: Date.UTC(2026, 10, 26, 10) } }]
])("takes %j", (args, expected) => {
  expect(readHistoryArguments(args)).toEqual(Result.succeed(expected))
})

it.each([[[]], [["x", "y"]], [["x", "--all"]], [["x", "--as-of"]], [["x", "--json=yes"]]])(
  "does not take %j",
  (args) => {
    expect(readHistoryArguments(args)).toEqual(Result.fail(usage))
  }
)

it.each(["yesterday", "-1", "1.5", "", "2026-11-26"])("does not take %j as a point", (text) => {
  expect(readHistoryArguments(["x", `--as-of=${text}`])).toEqual(
    Result.fail(expect.stringMatching(/^--as-of takes a revision .*, or an RFC 3339 time/))
  )
})
