const lengthBytes = 4

/** Cuts what comes in pieces into the frames that Kafka's protocol has: four bytes that say how long it is, and so many more. */
export const framesOf = (handle: (frame: Buffer) => void): ((chunk: Buffer) => void) => {
  let rest: Buffer = Buffer.alloc(0)
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    while (rest.length >= lengthBytes) {
      const end = lengthBytes + rest.readInt32BE(0)
      if (rest.length < end) return
      handle(rest.subarray(0, end))
      rest = rest.subarray(end)
    }
  }
}
