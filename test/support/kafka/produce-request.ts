/** What a produce request says of itself. */
export type ProduceRequest = {
  readonly correlationId: number
  readonly partitions: ReadonlyArray<{
    readonly topic: string
    readonly partition: number
    readonly producerId: bigint
    readonly baseSequence: number
    readonly count: number
    /** Its records, byte for byte as they are stored. */
    readonly records: string
  }>
}

const produceKey = 0
/** Before version 9 nothing in it is compact. */
const compactSince = 9
/** Of a record batch: where its numbers stand, and where its records begin. */
const batch = { producerId: 43, baseSequence: 53, count: 57, records: 61 }

/** Reads what a client sends, from front to back. */
const reader = (frame: Buffer) => {
  let at = 4
  const skip = (bytes: number) => {
    at += bytes
    return at - bytes
  }
  const int16 = () => frame.readInt16BE(skip(2))
  const int32 = () => frame.readInt32BE(skip(4))
  const bytes = (length: number) => frame.subarray(skip(Math.max(0, length)), at)
  return { int16, int32, bytes, text: () => bytes(int16()).toString() }
}

/** undefined for every other request. */
export const produceRequestOf = (frame: Buffer): ProduceRequest | undefined => {
  const { int16, int32, bytes, text } = reader(frame)
  const [key, version] = [int16(), int16()]
  if (key !== produceKey) return undefined
  if (version >= compactSince) throw new Error(`the proxy does not know version ${version} of a produce request`)
  const correlationId = int32()
  text() // client id
  text() // transactional id
  int16() // acks
  int32() // timeout
  const partitions = Array.from({ length: int32() }, () => {
    const topic = text()
    return Array.from({ length: int32() }, () => {
      const partition = int32()
      const records = bytes(int32())
      return {
        topic,
        partition,
        producerId: records.readBigInt64BE(batch.producerId),
        baseSequence: records.readInt32BE(batch.baseSequence),
        count: records.readInt32BE(batch.count),
        records: records.toString("base64", batch.records)
      }
    })
  }).flat()
  return { correlationId, partitions }
}
