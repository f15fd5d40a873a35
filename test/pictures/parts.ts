// The parts of a whole image, found with all of it in hand: what the tests change, drop and insert.

type Part = { readonly from: number; readonly to: number }

/** A marker that ends a scan: neither a stuffed byte nor a restart marker. */
const isMarker = (jpeg: Buffer, at: number) =>
  jpeg[at] === 0xff && !/^(00|d[0-7])$/.test(jpeg.toString("hex", at + 1, at + 2))

/** The segments of a JPEG after SOI, each scan with its data, up to and without EOI. */
export const segmentsOf = (jpeg: Buffer): ReadonlyArray<Part & { readonly code: number }> => {
  const segments: Array<Part & { code: number }> = []
  let from = 2
  for (let code = jpeg.readUInt8(3); code !== 0xd9; code = jpeg.readUInt8(from + 1)) {
    let to = from + 2 + jpeg.readUInt16BE(from + 2)
    if (code === 0xda) while (!isMarker(jpeg, to)) to++
    segments.push({ from, to, code })
    from = to
  }
  return segments
}

/** The chunks of a PNG, from IHDR to IEND, each with its length and CRC. */
export const chunksOf = (png: Buffer): ReadonlyArray<Part & { readonly type: string }> => {
  const chunks: Array<Part & { type: string }> = []
  for (let from = 8; chunks.at(-1)?.type !== "IEND"; ) {
    const to = from + 12 + png.readUInt32BE(from)
    chunks.push({ from, to, type: png.toString("latin1", from + 4, from + 8) })
    from = to
  }
  return chunks
}

export const without = (bytes: Buffer, ...parts: ReadonlyArray<Part>): Buffer =>
  Buffer.concat([0, ...parts.map(({ to }) => to)].map((from, i) => bytes.subarray(from, parts[i]?.from)))

export const inserted = (bytes: Buffer, at: number, what: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, at), what, bytes.subarray(at)])

/** With one bit of the byte at that place flipped. */
export const flipped = (bytes: Buffer, at: number, bit = 0): Buffer => {
  const changed = Buffer.from(bytes)
  changed[at] = bytes.readUInt8(at) ^ (1 << bit)
  return changed
}
