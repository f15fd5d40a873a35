import { Result } from "effect"
import { expect, it } from "vitest"
import { readHistoryArguments } from "../../src/adapters/cli/history-arguments.ts"
import { usage } from "../../src/adapters/cli/usage.ts"

const id = "5b0b5d3e-5d29-5d23-a0e5-6a8a5a5e0d10"

it.each([
  [[id], { id, isJson: false }],
  [[id, "--json"], { id, isJson: true }],
  [["--as-of", "7", id], { id, isJson: false, at: { revision: 7 } }],
  [[id, "--as-of=2026-11-26T17:00:00+07:00"], { id, isJson: false, at: { instant: Date.UTC(2026, 10, 26, 10) } }]
])("takes %j", (args, expected) => {
  expect(readHistoryArguments(args)).toEqual(Result.succeed(expected))
})

it("takes an id in any case, and nothing that is none", () => {
  expect(readHistoryArguments([id.toUpperCase()])).toEqual(Result.succeed({ id, isJson: false }))
  expect(readHistoryArguments([`${id}0`])).toEqual(Result.fail("The id of a registration is a UUID."))
})

it.each([[[]], [[id, "--json", "--json"]], [[id, "y"]], [[id, "--all"]], [[id, "--as-of"]], [[id, "--json=yes"]]])(
  "does not take %j",
  (args) => {
    expect(readHistoryArguments(args)).toEqual(Result.fail(usage))
  }
)

it.each(["yesterday", "-1", "1.5", "", "2026-11-26"])("does not take %j as a point", (text) => {
  expect(readHistoryArguments([id, `--as-of=${text}`])).toEqual(
    Result.fail(expect.stringMatching(/^--as-of takes a revision .*, or an RFC 3339 time/))
  )
})
