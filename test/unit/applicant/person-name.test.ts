import { it } from "@effect/vitest"
import { Schema } from "effect"
import { describe, expect } from "vitest"
import { PersonName } from "../../../src/domain/applicant/person-name.ts"
import { reader } from "./reading.ts"

const read = reader(PersonName)

describe("PersonName", () => {
  it.each([
    ["Suharto", "Suharto"],
    ["Y", "Y"],
    ["SITI aminah", "SITI aminah"],
    ["H. Abdul-Rahman Ja'far, S.Kom.", "H. Abdul-Rahman Ja'far, S.Kom."],
    ["Maria/Mariam binti Al-Amin", "Maria/Mariam binti Al-Amin"],
    ["Jose\u0301 de la O", "Jos\u00E9 de la O"],
    ["Jose\u200B\u0301", "Jos\u00E9"],
    [" Nur\u2019aini  Sa\u0060ad,\u00A0S.Pd\u200B ", "Nur'aini Sa'ad, S.Pd"],
    ["Ja\u2018far Ja\u02BCfar Ja\u00B4far Ja\u1FFDfar Ja\u1FEFfar", "Ja'far Ja'far Ja'far Ja'far Ja'far"],
    ["\uFEFFSi\u00ADti\u2060", "Siti"],
    ["\u3000Siti\u2003\u2003Aminah", "Siti Aminah"],
    ["\uA98F\uA9A4 \u{1B000} (III) #5 & \u20AC", "\uA98F\uA9A4 \u{1B000} (III) #5 & \u20AC"]
  ])("reads %j as %j", (given, name) => {
    expect(read(given)).toBe(name)
  })

  it.each([
    ["nothing", ""],
    ["white space", " \u00A0"],
    ["invisible characters", "\u200B\uFEFF"],
    ["a tab", "Siti\tAminah"],
    ["a line break", "Siti\nAminah"],
    ["a line break behind it", "Siti\r\n"],
    ["a line separator", "Siti\u2028Aminah"],
    ["NUL", "Siti\u0000"],
    ["a C1 control", "Siti\u0085"],
    ["a right-to-left override", "Siti\u202E"],
    ["a left-to-right mark", "\u200ESiti"],
    ["an isolate", "\u2066Siti\u2069"],
    ["a lone surrogate", "Siti\uD83D"],
    ["a character for private use", "Siti\uE000"],
    ["a number", 5],
    ["null", null]
  ])("refuses %s", (_, value) => {
    expect(read(value)).toBeUndefined()
  })

  it("takes 100 characters in normal form and not one more", () => {
    expect(read(` ${"e\u0301".repeat(100)} `)).toBe("\u00E9".repeat(100))
    expect(read("\u{1B000}".repeat(100))).toBe("\u{1B000}".repeat(100))
    expect(read("a".repeat(101))).toBeUndefined()
    expect(read("\u{1B000}".repeat(101))).toBeUndefined()
  })

  const Mark = Schema.Literals([
    "a",
    "e",
    "\u0301",
    "\u0327",
    "'",
    "\u2019",
    "\u0060",
    "\u00B4",
    "\u1FFD",
    " ",
    "\u00A0",
    "\u2000",
    "\u200B",
    "\u00AD",
    "\u1100",
    "\u1161"
  ])

  it.prop("the normal form is its own normal form", [Schema.Array(Mark)], ([marks]) => {
    const name = read(`A${marks.join("")}`)
    if (name !== undefined) expect(read(name)).toBe(name)
  })

  it.prop("any text: a normal form is NFC, trimmed, and stays", [Schema.String], ([text]) => {
    const name = read(text)
    if (name === undefined) return
    expect(read(name)).toBe(name)
    expect(name).toBe(name.normalize("NFC").trim())
  })
})
