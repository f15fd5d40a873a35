/** An image that is not sent on; `detail` says the rule in words and never a value of the upload. */
export type ImageRefused = {
  readonly _tag: "ImageRefused"
  readonly reason:
    | "empty"
    | "not_an_image"
    | "type_mismatch"
    | "damaged"
    | "truncated"
    | "too_few_pixels"
    | "too_many_pixels"
  readonly detail: string
}

export const imageRefused = (reason: ImageRefused["reason"], detail: string): ImageRefused => ({
  _tag: "ImageRefused",
  reason,
  detail
})
