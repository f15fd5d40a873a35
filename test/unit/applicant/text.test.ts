import { describe, expect, it } from "vitest"
import { line, lines } from "../../../src/domain/applicant/text.ts"
import { reader } from "./reading.ts"

const readLine = reader(line(5))
const readLines = reader(lines(5))

describe("text", () => {
  it.each(["a", "a b", "\u00E9\u{1F600}", " "])("takes %j, unchanged", (text) => {
    expect(readLine(text)).toBe(text)
    expect(readLines(text)).toBe(text)
  })

  it.each(["\t", "\n", "\r\n"])("takes %j on several lines only", (mark) => {
    expect(readLine(`a${mark}b`)).toBeUndefined()
    expect(readLines(`a${mark}b`)).toBe(`a${mark}b`)
  })

  it.each(["\u0000", "\u0003", "\u000B", "\u000C", "\u001B", "\u007F", "\u0085", "\uD800", "\uDFFF"])(
    "refuses %j",
    (mark) => {
      expect(readLine(`a${mark}`)).toBeUndefined()
      expect(readLines(`a${mark}`)).toBeUndefined()
      expect(readLines(mark)).toBeUndefined()
    }
  )

  it("has at least one character and at most as many as it may; a pair of surrogates is one", () => {
    expect(readLine("")).toBeUndefined()
    expect(readLine("abcde")).toBe("abcde")
    expect(readLine("abcdef")).toBeUndefined()
    expect(readLine("\u{1F600}".repeat(5))).toBe("\u{1F600}".repeat(5))
    expect(readLine("\u{1F600}".repeat(6))).toBeUndefined()
  })
})
