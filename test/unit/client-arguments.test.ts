import { Result } from "effect"
import { describe, expect, it } from "vitest"
import { readClientCommand } from "../../src/adapters/cli/client-arguments.ts"
import { usage } from "../../src/adapters/cli/usage.ts"

const read = (line: string) => Result.merge(readClientCommand(line.split(" ")))

describe("the arguments of certreg client", () => {
  it.each([
    ["list", { _tag: "List" }],
    ["remove a.b_c-9", { _tag: "Remove", id: "a.b_c-9" }],
    ["rotate acme", { _tag: "Rotate", id: "acme" }],
    ["rotate acme --finish", { _tag: "FinishRotation", id: "acme" }],
    ["rotate --finish acme", { _tag: "FinishRotation", id: "acme" }]
  ])("%s", (line, command) => {
    expect(read(line)).toEqual(command)
  })

  it.each([
    ["add a --scopes events:read", "a", ["events:read"]],
    ["add a --tenant t --scopes=events:read,audit:read", "t", ["events:read", "audit:read"]],
    ["add a --scopes events:read --scopes audit:read,events:read", "a", ["events:read", "audit:read"]]
  ])("%s", (line, tenant, scopes) => {
    expect(read(line)).toEqual({ _tag: "Add", client: { id: "a", tenant, scopes } })
  })

  it.each([
    "",
    "frobnicate",
    "frobnicate acme",
    "list acme",
    "list --finish",
    "add",
    "add new --scopes",
    "add new --scopes events:read --unknown",
    "add new --scopes events:read --finish",
    "add new events:read --scopes events:read",
    "remove acme --finish",
    "rotate acme --tenant t"
  ])("are explained for %j", (line) => {
    expect(read(line)).toBe(usage)
  })

  it.each([
    "add bad! --scopes events:read",
    `add ${"x".repeat(65)} --scopes events:read`,
    "add new --scopes events:read --tenant bad!",
    "add new --scopes events:read --tenant=",
    "remove ü"
  ])("name things by the rule, unlike %j", (line) => {
    expect(read(line)).toMatch(/^The id of a client/)
  })

  it.each([
    "",
    " --scopes everything:always",
    " --scopes events:read,ops",
    " --scopes events:read,",
    " --scopes=",
    " --scopes EVENTS:READ"
  ])("give known scopes, unlike %j", (scopes) => {
    expect(read(`add new${scopes}`)).toMatch(/^Scopes are given/)
  })
})
