import { expect, it } from "vitest"
import { mediaTypeOf } from "../../../src/domain/image/media-type.ts"

it.each([
  ["image/jpeg", "image/jpeg"],
  ["IMAGE/JPEG", "image/jpeg"],
  ["Image/JPG; charset=UTF-8", "image/jpeg"],
  ["image/pjpeg", "image/jpeg"],
  ["image/x-jpeg;q=1", "image/jpeg"],
  [" image/png ", "image/png"],
  ["image/x-png", "image/png"],
  [undefined, undefined],
  ["", undefined],
  [";", undefined],
  ["Application/Octet-Stream", undefined],
  ["image/jpg2", "unsupported"],
  ["image/gif", "unsupported"],
  ["text/plain", "unsupported"],
  ["jpeg", "unsupported"],
  ["constructor", "unsupported"],
  ["image/jpeg, image/png", "unsupported"],
  ["multipart/form-data; boundary=x", "unsupported"]
])("the Content-Type %j declares %j", (contentType, mediaType) => {
  expect(mediaTypeOf(contentType)).toBe(mediaType)
})
