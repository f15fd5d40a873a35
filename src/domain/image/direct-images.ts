import { Result, Schema, SchemaTransformation } from "effect"
import { distinct, type FieldError, fieldErrors } from "../applicant/field-error.ts"
import { struct } from "../applicant/struct.ts"
import { normalized } from "../applicant/text.ts"
import { MediaType } from "../registration/events.ts"
import { mediaTypeOf } from "./media-type.ts"

const hash = /^[0-9a-f]{64}$/i
const Sha256 = normalized(Schema.String, "A SHA-256 is text of 64 hexadecimal digits.", (given) =>
  hash.test(given) ? given.toLowerCase() : undefined
)

const sizeRule = "A size is a whole number of bytes, from 1 to 10485760 (10 MiB)."
const Size = Schema.Number.annotate({ message: sizeRule, description: sizeRule }).check(
  Schema.isInt({ message: sizeRule }),
  Schema.isBetween({ minimum: 1, maximum: 10_485_760 }, { message: sizeRule })
)

const ImageType = normalized(Schema.String, "A media type is image/jpeg or image/png.", (given) => {
  const type = mediaTypeOf(given)
  return type === "unsupported" ? undefined : type
}).pipe(
  Schema.decodeTo(
    MediaType,
    SchemaTransformation.transform<MediaType, string>({ decode: (type) => type as MediaType, encode: (type) => type })
  )
)

const DirectImage = struct("An image is an object of sha256, size and mediaType.", {
  sha256: Sha256,
  size: Size,
  mediaType: ImageType
})

/** What a caller says of the images that went to the storage directly (contract/service-api §2). */
export const DirectImages = struct("The documents are a JSON object of ktp and selfie.", {
  ktp: DirectImage,
  selfie: DirectImage
})
export type DirectImages = typeof DirectImages.Type

const decode = Schema.decodeUnknownResult(DirectImages, { errors: "all", onExcessProperty: "error" })

/** Parses the JSON value of a body; every wrong field is listed, each with the rule that it breaks. */
export const parseDirectImages = (body: unknown): Result.Result<DirectImages, ReadonlyArray<FieldError>> =>
  Result.mapError(decode(body), ({ issue }) => distinct(fieldErrors(issue)))
