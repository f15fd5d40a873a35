import { Result } from "effect"
import { describe, expect, it } from "vitest"
import { parseDirectImages } from "../../../src/domain/image/direct-images.ts"

const sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
const good = { sha256, size: 48_211, mediaType: "image/jpeg" }
const parsed = (body: unknown) => Result.getOrThrow(parseDirectImages(body))
const wrong = (body: unknown) => Result.merge(Result.flip(parseDirectImages(body))) as ReadonlyArray<{ path: string }>
const pathsOf = (body: unknown) => wrong(body).map(({ path }) => path)

describe("what is said of images that went directly", () => {
  it.each([1, 10 * 1024 * 1024, 48_211.0])("size %d", (size) => {
    expect(parsed({ ktp: { ...good, size }, selfie: good }).ktp.size).toBe(size)
  })

  it("a hash in any case is the same hash", () => {
    expect(parsed({ ktp: { ...good, sha256: sha256.toUpperCase() }, selfie: good }).ktp.sha256).toBe(sha256)
  })

  it.each([
    ["image/jpeg", "image/jpeg"],
    ["image/jpg", "image/jpeg"],
    ["image/pjpeg", "image/jpeg"],
    ["image/x-jpeg", "image/jpeg"],
    ["IMAGE/JPEG; q=1", "image/jpeg"],
    ["image/png", "image/png"],
    ["image/x-png", "image/png"]
  ])("%s is %s", (mediaType, known) => {
    expect(parsed({ ktp: good, selfie: { ...good, mediaType } }).selfie.mediaType).toBe(known)
  })

  it.each<[string, unknown, ReadonlyArray<string>]>([
    ["no object", [good], [""]],
    ["null", null, [""]],
    ["nothing", {}, ["ktp", "selfie"]],
    ["one of them", { ktp: good }, ["selfie"]],
    ["null for one", { ktp: null, selfie: good }, ["ktp"]],
    ["a text for one", { ktp: sha256, selfie: good }, ["ktp"]],
    ["one without fields", { ktp: {}, selfie: good }, ["ktp.sha256", "ktp.size", "ktp.mediaType"]],
    ["a third document", { ktp: good, selfie: good, passport: good }, ["passport"]],
    ["a further field", { ktp: { ...good, via: "direct" }, selfie: good }, ["ktp.via"]],
    ["a further field that is null", { ktp: good, selfie: { ...good, note: null } }, ["selfie.note"]],
    [
      "several",
      { ktp: { ...good, size: 0 }, selfie: { ...good, sha256: "" }, x: 1 },
      ["ktp.size", "selfie.sha256", "x"]
    ]
  ])("%s", (_, body, paths) => {
    expect(pathsOf(body).sort()).toEqual([...paths].sort())
  })

  it.each([
    [
      "sha256",
      [
        undefined,
        null,
        1,
        "",
        "xyz",
        sha256.slice(1),
        `${sha256}0`,
        ` ${sha256}`,
        `${sha256}\n`,
        sha256.replace("9", "g")
      ]
    ],
    ["size", [undefined, null, "48211", 0, -1, 1.5, 10 * 1024 * 1024 + 1, 2 ** 53, Number.POSITIVE_INFINITY]],
    ["mediaType", [undefined, null, 1, "", "image/gif", "image/jpg2", "JPG", "application/octet-stream"]]
  ] as const)("%s: wrong values are named by their path and not repeated", (field, values) => {
    for (const value of values) {
      expect(pathsOf({ ktp: good, selfie: { ...good, [field]: value } }), String(value)).toEqual([`selfie.${field}`])
      expect(pathsOf({ ktp: { ...good, [field]: value }, selfie: good }), String(value)).toEqual([`ktp.${field}`])
      if (typeof value === "string" && value.length > 3)
        expect(JSON.stringify(wrong({ ktp: { ...good, [field]: value }, selfie: good }))).not.toContain(value.trim())
    }
  })
})
