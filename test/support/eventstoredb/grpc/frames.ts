/** Before each message: whether it is compressed (never here), and its length. */
const prefixBytes = 5

export const frame = (message: Uint8Array): Buffer => {
  const framed = Buffer.allocUnsafe(prefixBytes + message.length)
  framed.writeUInt8(0, 0)
  framed.writeUInt32BE(message.length, 1)
  framed.set(message, prefixBytes)
  return framed
}

/** The messages of a body, as they become whole. */
export async function* messagesOf(body: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array> {
  let chunks: Array<Buffer> = []
  let [size, needed] = [0, prefixBytes]
  for await (const chunk of body) {
    chunks.push(chunk)
    size += chunk.length
    if (size < needed) continue
    let bytes = chunks.length === 1 ? chunk : Buffer.concat(chunks)
    for (;;) {
      needed = bytes.length < prefixBytes ? prefixBytes : prefixBytes + bytes.readUInt32BE(1)
      if (bytes.length < needed) break
      yield bytes.subarray(prefixBytes, needed)
      bytes = bytes.subarray(needed)
    }
    chunks = [bytes]
    size = bytes.length
  }
}
