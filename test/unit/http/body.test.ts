import type { IncomingMessage } from "node:http"
import { Result } from "effect"
import { describe, expect, it } from "vitest"
import { checkEncoding, checkJsonType, parseJson, readText } from "../../../src/adapters/http/request/body.ts"
import { readImageHeaders } from "../../../src/adapters/http/routes/put-image.ts"

const withHeaders = (headers: Record<string, string>) => ({ headers }) as unknown as IncomingMessage
const tagOf = (result: Result.Result<unknown, { readonly _tag: string }>) =>
  Result.isFailure(result) ? result.failure._tag : "taken"

describe("a JSON body", () => {
  it("is UTF-8 to the letter, after a byte order mark if there is one", () => {
    const read = (bytes: Uint8Array) => Result.flatMap(readText(bytes), parseJson)
    expect(Result.getOrThrow(read(Buffer.from('\ufeff{"a":"é𝄞"}')))).toEqual({ a: "é𝄞" })
    for (const bytes of [
      [0x22, 0xff, 0x22],
      [0x22, 0xc3, 0x22],
      [0x22, 0xed, 0xa0, 0x80, 0x22],
      [0xff, 0xfe, 0x7b, 0x00]
    ])
      expect(tagOf(read(Uint8Array.from(bytes)))).toBe("MalformedJson")
    for (const text of ["", "{", "{'a':1}", "nope", "\ufeff\ufeff{}"])
      expect(tagOf(read(Buffer.from(text)))).toBe("MalformedJson")
  })

  it("gives a member named __proto__ to nobody's prototype", () => {
    const value = Result.getOrThrow(parseJson('{"__proto__":{"renew":true}}')) as object
    expect(Object.keys(value)).toEqual(["__proto__"])
    expect("renew" in value).toBe(false)
  })

  it.each([{}, { "content-type": "" }, { "content-type": "Application/JSON ; charset=UTF-8" }])(
    "%j is JSON",
    (headers) => {
      expect(tagOf(checkJsonType(withHeaders(headers)))).toBe("taken")
    }
  )

  it.each(["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "garbage"])("%s is not", (type) => {
    expect(tagOf(checkJsonType(withHeaders({ "content-type": type })))).toBe("UnsupportedMediaType")
  })

  it("is not compressed", () => {
    for (const encoding of ["", "identity", "Identity", "utf-8", "UTF-8"])
      expect(tagOf(checkEncoding(withHeaders({ "content-encoding": encoding })))).toBe("taken")
    expect(tagOf(checkEncoding(withHeaders({})))).toBe("taken")
    for (const encoding of ["gzip", "br", "identity, gzip"])
      expect(tagOf(checkEncoding(withHeaders({ "content-encoding": encoding })))).toBe("UnsupportedMediaType")
  })
})

describe("the headers of an image", () => {
  const read = (headers: Record<string, string>) => readImageHeaders({ raw: withHeaders(headers) })

  it("tell size and type; the type may be left to the bytes", () => {
    expect(Result.getOrThrow(read({ "content-length": "10485760", "content-type": "IMAGE/JPG; q=1" }))).toEqual({
      size: 10 * 1024 * 1024,
      declared: "image/jpeg"
    })
    for (const type of ["", "application/octet-stream"])
      expect(Result.getOrThrow(read({ "content-length": "0", "content-type": type })).declared).toBeUndefined()
  })

  it.each([
    [{}, "LengthRequired"],
    [{ "content-length": "10485761", "content-type": "text/plain" }, "TooLarge"],
    [{ "content-length": "9", "content-type": "multipart/form-data; boundary=x" }, "UnsupportedMediaType"],
    [{ "content-length": "9", "content-encoding": "gzip" }, "UnsupportedMediaType"]
  ])("%j is %s", (headers, tag) => {
    expect(tagOf(read(headers as Record<string, string>))).toBe(tag)
  })
})
