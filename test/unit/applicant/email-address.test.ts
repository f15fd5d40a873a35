import { it } from "@effect/vitest"
import { Schema } from "effect"
import { describe, expect } from "vitest"
import { EmailAddress } from "../../../src/domain/applicant/email-address.ts"
import { reader } from "./reading.ts"

const read = reader(EmailAddress)
describe("EmailAddress", () => {
  it.each([
    ["siti@example.id", "siti@example.id"],
    ["Siti.R+news@Example.CO.ID", "Siti.R+news@example.co.id"],
    [" \u00A0\u200Bsiti@example.id\uFEFF\u2003", "siti@example.id"],
    ["o'hara_{x}!@sub.domain-1.example", "o'hara_{x}!@sub.domain-1.example"],
    ["s@xn--mnchen-3ya.de", "s@xn--mnchen-3ya.de"],
    ["siti@M\u00DCNCHEN.de", "siti@m\u00FCnchen.de"],
    ["1@2.id", "1@2.id"]
  ])("reads %j as %j", (given, address) => {
    expect(read(given)).toBe(address)
  })

  it.each([
    ["nothing", ""],
    ["no @", "nobody"],
    ["no domain", "a@"],
    ["no local part", "@b.id"],
    ["a space inside", "a b@c.id"],
    ["two @", "a@b@c.id"],
    ["a domain without a dot", "a@localhost"],
    ["an address in numbers", "a@127.0.0.1"],
    ["two dots in a row", "a..b@c.id"],
    ["a dot at an end of the local part", ".a@c.id"],
    ["a dot at an end of the domain", "a@c.id."],
    ["an empty label", "a@c..id"],
    ["a hyphen at an end of a label", "a@-c.id"],
    ["a label of 64", `a@${"b".repeat(64)}.id`],
    ["a display name", "Siti <siti@example.id>"],
    ["two addresses", "a@b.id,c@d.id"],
    ["a header behind it", "a@b.id\r\nBcc: x@y.id"],
    ["a line break behind it", "a@b.id\n"],
    ["a format character inside", "a\u200Bb@c.id"],
    ["a lone surrogate", "a\uDC00@c.id"],
    ["a number", 5],
    ["null", null]
  ])("refuses %s", (_, value) => {
    expect(read(value)).toBeUndefined()
  })

  it("takes 254 characters and not one more", () => {
    const longest = `${"a".repeat(64)}@${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(58)}.id`
    expect(longest).toHaveLength(254)
    expect(read(` ${longest} `)).toBe(longest)
    expect(read(`a${longest}`)).toBeUndefined()
  })

  const Mark = Schema.Literals([
    "a",
    "Z",
    "9",
    ".",
    "-",
    "@",
    " ",
    "\u00A0",
    "\u0130",
    "\u00DF",
    "\u0301",
    "\u200B",
    "\u{1F600}",
    "id"
  ])

  it.prop("the normal form of what is taken is itself", [Schema.Array(Mark), Schema.Array(Mark)], ([local, domain]) => {
    const address = read(`${local.join("")}x@${domain.join("")}.ID`)
    if (address !== undefined) expect(read(address)).toBe(address)
  })
})
