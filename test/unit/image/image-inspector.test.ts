import { describe, expect, it } from "vitest"
import { ImageInspector } from "../../../src/application/image/image-inspector.ts"
import { pictures } from "../../pictures/pictures.ts"
import { jpeg, otherImages, png } from "../../support/images.ts"
import { inspect, verdict } from "./inspect.ts"

const wanted = { _tag: "ImageRefused", reason: "not_an_image" }
const latin1 = (text: string) => Buffer.from(text, "latin1")

it("an empty body is empty, in however many pieces", () => {
  expect(verdict(Buffer.alloc(0))).toBe("empty")
  expect(verdict(Buffer.alloc(0), { declared: "image/png", cuts: [0, 0] })).toBe("empty")
})

it("bytes and declaration have to agree", () => {
  expect(verdict(png(), { declared: "image/png" })).toBe("image/png")
  expect(verdict(jpeg(), { declared: "image/jpeg" })).toBe("image/jpeg")
  expect(inspect(jpeg(), { declared: "image/png" })).toMatchObject({
    reason: "type_mismatch",
    detail: expect.stringMatching("PNG.*JPEG")
  })
  expect(inspect(png(), { declared: "image/jpeg" })).toMatchObject({
    reason: "type_mismatch",
    detail: expect.stringMatching("JPEG.*PNG")
  })
})

it("what the bytes are is known after the signature", () => {
  for (const [image, mediaType, length] of [
    [jpeg(), "image/jpeg", 3],
    [png(), "image/png", 8]
  ] as const) {
    const inspector = new ImageInspector()
    inspector.write(image.subarray(0, length - 1))
    expect(inspector.mediaType).toBeUndefined()
    inspector.write(image.subarray(length - 1, length))
    expect(inspector.mediaType).toBe(mediaType)
  }
})

it("a refusal comes as soon as it is certain, and is final", () => {
  const inspector = new ImageInspector()
  const refused = inspector.write(jpeg({ width: 60, height: 60 }).subarray(0, 300))
  expect(refused).toMatchObject({ reason: "too_few_pixels" })
  expect(inspector.write(jpeg())).toBe(refused)
  expect(inspector.end()).toMatchObject({ failure: refused })
})

describe("what is neither JPEG nor PNG is named", () => {
  it.each(Object.entries(otherImages))("%s", (name, bytes) => {
    for (const image of [bytes, bytes.subarray(0, 24)]) {
      const refused = inspect(image, { declared: "image/jpeg" })
      expect(refused).toMatchObject({ ...wanted, detail: expect.stringContaining(name) })
      expect(refused).toMatchObject({ detail: expect.stringContaining("JPEG or PNG") })
    }
  })

  it.each([
    ["HEIC", "\0\0\0\x1cftypmif1\0\0\0\0mif1heicmiaf"],
    ["AVIF", "\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf"],
    ["video", "\0\0\0\x14ftypqt  \0\0\0\0qt  "],
    ["GIF", "GIF87a"],
    ["TIFF", "MM\0*\0\0\0\x08"],
    ["JPEG XL", "\xff\x0a\xfa\x1f"],
    ["JPEG 2000", "\0\0\0\x0cjP  \r\n\x87\n"],
    ["ZIP", "PK\x03\x04"],
    ["SVG", "<svg xmlns='http://www.w3.org/2000/svg'/>"],
    ["text", "hello ".repeat(300)],
    ["text", "BMI and other things"],
    ["multipart form", `${"-".repeat(29)}9051914041544843365972754266\r\nContent-Disposition: form-data; name="ktp"`],
    ["multipart form", '------WebKitFormBoundary7MA4\r\nContent-Disposition: form-data; name="ktp"'],
    ["JPEG or PNG", Buffer.alloc(300).toString("latin1")],
    ["JPEG or PNG", "\xff\xd8\0\0"],
    ["JPEG or PNG", "x"]
  ])("%s (%#)", (name, text) => {
    expect(inspect(latin1(text))).toMatchObject({ ...wanted, detail: expect.stringContaining(name) })
  })
})

describe("an image that became text is told from other things", () => {
  const phone = pictures.find(({ name }) => name === "phone-motion-photo.jpg")?.bytes ?? Buffer.alloc(0)
  const ways: ReadonlyArray<readonly [string, string, (image: Buffer) => Buffer]> = [
    ["base64 text", "base64", (image) => Buffer.from(image.toString("base64"))],
    ["base64 for URLs", "base64", (image) => Buffer.from(image.toString("base64url"))],
    [
      "base64 of another kind",
      "base64",
      (image) => Buffer.from(Buffer.concat([latin1("RIFF"), image]).toString("base64"))
    ],
    ["base64 in lines", "base64", (image) => Buffer.from(image.toString("base64").replace(/.{60}/g, "$&\r\n"))],
    ["base64 in UTF-16", "base64", (image) => Buffer.from(`\ufeff${image.toString("base64")}`, "utf16le")],
    ["base64 in quotes", "base64", (image) => Buffer.from(JSON.stringify(image.toString("base64")))],
    ["a data URL", "data URL", (image) => Buffer.from(`data:image/jpeg;base64,${image.toString("base64")}`)],
    ["a data URL after white space, in capitals", "data URL", () => latin1("\r\n DATA:IMAGE/JPEG;BASE64,")],
    ["hexadecimal text", "hexadecimal", (image) => Buffer.from(image.toString("hex"))],
    ["decoded as UTF-8", "conversion to text", (image) => Buffer.from(image.toString("utf8"))],
    ["decoded as Latin-1, encoded as UTF-8", "conversion to text", (image) => Buffer.from(image.toString("latin1"))],
    ["decoded as Windows-1252", "conversion to text", (image) => Buffer.from(new TextDecoder("latin1").decode(image))],
    [
      "with question marks",
      "conversion to text",
      (image) => latin1(image.toString("latin1").replace(/[\x80-\xff]/g, "?"))
    ],
    [
      "without what is no ASCII",
      "conversion to text",
      (image) => latin1(image.toString("latin1").replace(/[\x80-\xff]/g, ""))
    ],
    ["without eighth bits", "conversion to text", (image) => latin1(image.toString("ascii"))],
    ["as UTF-16", "conversion to text", (image) => Buffer.from(image.toString("latin1"), "utf16le")],
    [
      "as UTF-16 with a byte order mark",
      "conversion to text",
      (image) => Buffer.from(`\ufeff${image.toString("latin1")}`, "utf16le")
    ],
    ["with a byte order mark", "conversion to text", (image) => Buffer.concat([latin1("\xef\xbb\xbf"), image])]
  ]
  it.each(ways)("%s", (_, named, convert) => {
    for (const image of [jpeg(), png(), phone]) {
      expect(inspect(convert(image))).toMatchObject({ ...wanted, detail: expect.stringContaining(named) })
    }
  })

  it.each([/\r\n/g, /\n/g, /\r/g])("a PNG after line end conversion of %s", (pattern) => {
    for (const lineEnd of ["\n", "\r\n", "\r"]) {
      const converted = png().toString("latin1").replace(pattern, lineEnd)
      if (converted.startsWith("\x89PNG\r\n\x1a\n")) continue
      expect(inspect(latin1(converted))).toMatchObject({ ...wanted, detail: expect.stringContaining("conversion") })
    }
  })
})

it("no detail repeats a value of the upload", () => {
  const details = [jpeg({ width: 77, height: 3_333 }), latin1("secret ".repeat(20)), latin1("data:secret")].map(
    (bytes) => (inspect(bytes) as { detail: string }).detail
  )
  expect(details.join()).not.toMatch(/77|3,?333|secret/)
})
