import { readFileSync } from "node:fs"
import { gunzipSync } from "node:zlib"

export type RealPicture = {
  readonly name: string
  readonly mediaType: "image/jpeg" | "image/png"
  readonly width: number
  readonly height: number
  readonly bytes: Buffer
  /** Where the image's end marker ends: what lies behind was appended to it. */
  readonly end: number
}

/** File, width, height, and where the image ends, if that is not the end of the file. README.md says how each was made. */
const table: ReadonlyArray<readonly [string, number, number, number?]> = [
  ["jpeg-411-progressive-imagemagick.jpg", 160, 120],
  ["jpeg-420-ffmpeg.jpg", 160, 120],
  ["jpeg-422-cjpeg.jpg", 160, 120],
  ["jpeg-444-ffmpeg.jpg", 160, 120],
  ["jpeg-50-megapixels-pillow.jpg.gz", 8160, 6120],
  ["jpeg-arithmetic-cjpeg.jpg", 160, 120],
  ["jpeg-arithmetic-progressive-cjpeg.jpg", 160, 120],
  ["jpeg-baseline-pillow.jpg", 160, 120],
  ["jpeg-cmyk-imagemagick.jpg", 160, 120],
  ["jpeg-go.jpg", 160, 120],
  ["jpeg-graphicsmagick.jpg", 160, 120],
  ["jpeg-grey-cjpeg.jpg", 160, 120],
  ["jpeg-grey-restart-pillow.jpg", 160, 120],
  ["jpeg-icc-comment-pillow.jpg", 160, 120],
  ["jpeg-java.jpg", 160, 120],
  ["jpeg-jpeg-js.jpg", 160, 120],
  ["jpeg-libvips.jpg", 160, 120],
  ["jpeg-mozjpeg-sharp.jpg", 160, 120],
  ["jpeg-mpo-pillow.jpg", 160, 120, 2530],
  ["jpeg-optimized-444-pillow.jpg", 160, 120],
  ["jpeg-progressive-pillow.jpg", 160, 120],
  ["jpeg-restart-444-cjpeg.jpg", 160, 120],
  ["jpeg-restart-progressive-opencv.jpg", 160, 120],
  ["jpeg-rgb-cjpeg.jpg", 160, 120],
  ["jpeg-rotated-jpegtran.jpg", 112, 160],
  ["jpeg-three-scans-cjpeg.jpg", 160, 120],
  ["phone-exif-thumbnail.jpg", 160, 120],
  ["phone-motion-photo.jpg", 160, 120, 7983],
  ["phone-samsung-motion-photo.jpg", 160, 120, 7708],
  ["phone-samsung.jpg", 160, 120, 7708],
  ["phone-ultra-hdr-libultrahdr.jpg", 160, 120, 2590],
  ["png-ancillary-exiftool.png", 160, 120],
  ["png-animated-ffmpeg.png", 120, 100],
  ["png-animated-other-default-pillow.png", 120, 100],
  ["png-animated-pillow.png", 120, 100],
  ["png-animated-upng-js.png", 100, 100],
  ["png-bilevel-ffmpeg.png", 160, 120],
  ["png-bilevel-pillow.png", 160, 120],
  ["png-go.png", 160, 120],
  ["png-grey-alpha-imagemagick.png", 100, 100],
  ["png-grey16-pillow.png", 160, 120],
  ["png-interlaced-imagemagick.png", 100, 100],
  ["png-interlaced-libvips.png", 100, 100],
  ["png-interlaced-netpbm.png", 160, 120],
  ["png-palette-libvips.png", 160, 120],
  ["png-palette-optipng.png", 160, 120],
  ["png-palette-pillow.png", 160, 120],
  ["png-palette-transparent-pillow.png", 160, 120],
  ["png-pngcrush.png", 160, 120],
  ["png-rgb-pillow.png", 160, 120],
  ["png-rgb16-imagemagick.png", 100, 100],
  ["png-rgb16-opencv.png", 160, 120],
  ["png-rgba-pngjs.png", 100, 100]
]

const read = (name: string): Buffer => {
  const bytes = readFileSync(new URL(name, import.meta.url))
  return name.endsWith(".gz") ? gunzipSync(bytes) : bytes
}

/** Every picture of this folder. */
export const pictures: ReadonlyArray<RealPicture> = table.map(([name, width, height, end]) => {
  const bytes = read(name)
  const mediaType = name.endsWith(".png") ? "image/png" : "image/jpeg"
  return { name, mediaType, width, height, bytes, end: end ?? bytes.length }
})

export const jpegs = pictures.filter(({ mediaType }) => mediaType === "image/jpeg")
export const pngs = pictures.filter(({ mediaType }) => mediaType === "image/png")
