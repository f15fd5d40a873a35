import { type ImageRefused, imageRefused } from "./image-refused.ts"

/** Pixels as the file states them, before any rotation that its metadata asks for. */
export type PixelSize = { readonly width: number; readonly height: number }

const minSide = 100
const maxSide = 16_384
const maxPixels = 120_000_000

export const checkPixelSize = ({ width, height }: PixelSize): ImageRefused | undefined => {
  if (width < minSide || height < minSide) {
    return imageRefused("too_few_pixels", "Each side of the image must have at least 100 pixels.")
  }
  if (width > maxSide || height > maxSide || width * height > maxPixels) {
    return imageRefused(
      "too_many_pixels",
      "A side of the image may have at most 16,384 pixels, and the whole image at most 120,000,000."
    )
  }
  return undefined
}
