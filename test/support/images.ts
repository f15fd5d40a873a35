import { randomUUID } from "node:crypto"
import { crc32, deflateSync } from "node:zlib"

type Picture = { readonly width?: number; readonly height?: number; readonly tag?: string }

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex")
const latin1 = (text: string) => Buffer.from(text, "latin1")

/** A JPEG segment: marker, length, payload. */
export const segment = (code: number, payload: Uint8Array): Buffer => {
  const head = Buffer.from([0xff, code, 0, 0])
  head.writeUInt16BE(payload.length + 2, 2)
  return Buffer.concat([head, payload])
}

/** A frame header of one component; `code` 0xc0 is baseline, 0xc2 progressive. */
export const frameHeader = (width: number, height: number, code = 0xc0): Buffer => {
  const payload = hex("08 0000 0000 01 011100")
  payload.writeUInt16BE(height, 1)
  payload.writeUInt16BE(width, 3)
  return segment(code, payload)
}

/** A scan header of that component, over all coefficients. */
export const scanHeader = segment(0xda, hex("01 0100 003f00"))

const quantization = segment(0xdb, Buffer.alloc(65, 1).fill(0, 0, 1))
// One code each, a single 0 bit: "DC difference 0" and "end of block".
const huffman = [0x00, 0x10].map((table) => segment(0xc4, Buffer.concat([Buffer.of(table, 1), Buffer.alloc(16)])))

/** Comments, and fill bytes where no comment fits, of exactly that many bytes. */
const filler = (size: number): Buffer => {
  if (size < 0) throw new RangeError("the image is larger than the size that was asked for")
  const parts: Array<Buffer> = []
  let left = size
  for (; left >= 4; left -= Math.min(left, 65_537)) {
    parts.push(segment(0xfe, Buffer.alloc(Math.min(left, 65_537) - 4, "filler ")))
  }
  return Buffer.concat([...parts, Buffer.alloc(left, 0xff)])
}

/** A grey baseline JPEG that decodes; unique by `tag`, and exactly `size` bytes long if that is given. */
export const jpeg = ({ width = 640, height = 480, tag = randomUUID(), size }: Picture & { size?: number } = {}) => {
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8)
  const scan = Buffer.alloc(Math.ceil(blocks / 4))
  if (blocks % 4 !== 0) scan[scan.length - 1] = 0xff >> (2 * (blocks % 4))
  const start = [hex("ffd8"), segment(0xe0, hex("4a46494600 0102 00 00010001 0000")), segment(0xfe, latin1(tag))]
  const rest = [quantization, frameHeader(width, height), ...huffman, scanHeader, scan, hex("ffd9")]
  const length = [...start, ...rest].reduce((sum, part) => sum + part.length, 0)
  return Buffer.concat([...start, filler(size === undefined ? 0 : size - length), ...rest])
}

/** A PNG chunk: length, type, data, CRC. */
export const chunk = (type: string, data: Uint8Array = Buffer.alloc(0)): Buffer => {
  const out = Buffer.alloc(data.length + 12)
  out.writeUInt32BE(data.length)
  out.write(type, 4, "latin1")
  out.set(data, 8)
  out.writeUInt32BE(crc32(out.subarray(4, -4)), data.length + 8)
  return out
}

export const pngSignature = hex("89504e47 0d0a1a0a")

/** IHDR; by default 1 bit of grey a pixel. */
export const imageHeader = (width: number, height: number, bitDepth = 1, colourType = 0): Buffer => {
  const data = hex("00000000 00000000 00 00 00 00 00")
  data.writeUInt32BE(width)
  data.writeUInt32BE(height, 4)
  data.set([bitDepth, colourType], 8)
  return chunk("IHDR", data)
}

/** A black PNG that decodes; unique by `tag`. */
export const png = ({ width = 640, height = 480, tag = randomUUID() }: Picture = {}) =>
  Buffer.concat([
    pngSignature,
    imageHeader(width, height),
    chunk("tEXt", latin1(`Comment\0${tag}`)),
    chunk("IDAT", deflateSync(Buffer.alloc((Math.ceil(width / 8) + 1) * height))),
    chunk("IEND")
  ])

const isoMedia = (brand: string, ...compatible: ReadonlyArray<string>) => {
  const box = latin1(`\0\0\0\0ftyp${brand}\0\0\0\0${compatible.join("")}`)
  box.writeUInt32BE(box.length)
  return Buffer.concat([box, hex("00000010"), latin1("mdat"), Buffer.alloc(200, 7)])
}

/** The beginnings of what is neither JPEG nor PNG, by the name that people know it by. */
export const otherImages = {
  HEIC: isoMedia("heic", "mif1", "heic"),
  AVIF: isoMedia("avif", "avif", "mif1", "miaf"),
  GIF: Buffer.concat([latin1("GIF89a"), hex("0100 0100 800000 000000ffffff 2c 00000000 01000100 00 0202440100 3b")]),
  WebP: Buffer.concat([latin1("RIFF"), hex("d4000000"), latin1("WEBPVP8L"), Buffer.alloc(200, 7)]),
  BMP: Buffer.concat([latin1("BM"), hex("fe000000 00000000 36000000 28000000"), Buffer.alloc(236)]),
  TIFF: Buffer.concat([hex("49492a00 08000000 0000 00000000"), Buffer.alloc(200)]),
  PDF: latin1(`%PDF-1.7\n${"1 0 obj << >> endobj\n".repeat(10)}%%EOF\n`)
}
