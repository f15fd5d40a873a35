import { readFile } from "node:fs/promises"
import { Data } from "effect"
import { describe, expect, it } from "vitest"
import { codeOf, tagOf } from "../../../src/application/error-words.ts"
import { ViewsUnavailable } from "../../../src/application/ports/views.ts"

const canary = "3171234567890123"
const coded = (code: unknown) => Object.assign(new Error(canary), { code })

class Odd extends Error {}
class Tagged extends Data.TaggedError("Tagged")<{ readonly code: string }> {}

describe("the kind of an error", () => {
  it.each([
    [new ViewsUnavailable({ operation: "rows", code: "closing" }), "ViewsUnavailable"],
    [{ _tag: "NotFound" }, "NotFound"],
    [new TypeError(canary), "TypeError"],
    [new Odd(canary), "Odd"],
    // A name can be set to anything; a class cannot.
    [Object.assign(new Error(), { name: canary }), "Error"],
    [Object.assign(new Error(), { _tag: 1 }), "Error"],
    [canary, "string"],
    [{ message: canary }, "object"],
    [null, "object"],
    [undefined, "undefined"]
  ])("%o", (error, tag) => {
    expect(tagOf(error)).toBe(tag)
  })
})

describe("the code of an error", () => {
  it.each(["ECONNREFUSED", "UND_ERR_SOCKET", "HPE_INVALID_METHOD", "EIO", "E2BIG"])(
    "is said when it is a word: %s",
    (code) => {
      expect(codeOf(coded(code))).toBe(code)
      expect(codeOf({ code })).toBe(code)
    }
  )

  it.each([canary, "", "E", "siti", "ENOENT siti", "ENOENT\n", `E${"X".repeat(61)}`, 11, undefined, null])(
    "is unknown else: %j",
    (code) => {
      expect(codeOf(coded(code))).toBe("unknown")
    }
  )

  it.each([undefined, null, "ECONNREFUSED", 5, () => {}])("is unknown for what is no error: %o", (error) => {
    expect(codeOf(error)).toBe("unknown")
  })

  it("is what a tagged error says", () => {
    expect(codeOf(new Tagged({ code: "reader_in_the_way" }))).toBe("reader_in_the_way")
  })

  it("is that of the system", async () => {
    expect(await readFile(`/nowhere/${canary}`).then(String, codeOf)).toBe("ENOENT")
  })
})
