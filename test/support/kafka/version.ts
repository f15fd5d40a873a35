import { ask } from "./ask.ts"

const apiVersions = { key: 18, version: 3 }
const describeLogDirs = { key: 35, version: 1 }
const finalizedFeatures = 2

/** The level of a cluster's metadata, which is all that its protocol tells of its version. */
const metadataVersion = (answer: Buffer): number => {
  let at = 0
  const skip = (bytes: number) => {
    at += bytes
    return at - bytes
  }
  const varint = (): number => {
    const byte = answer.readUInt8(skip(1))
    return byte < 128 ? byte : (byte & 127) + 128 * varint()
  }
  skip(2) // error code
  for (let keys = varint() - 1; keys > 0; keys--) {
    skip(6)
    varint()
  }
  skip(4) // throttling
  for (let fields = varint(); fields > 0; fields--) {
    const [tag, size] = [varint(), varint()]
    const end = at + size
    if (tag === finalizedFeatures)
      for (let features = varint() - 1; features > 0; features--) {
        const length = varint() - 1
        const name = answer.subarray(skip(length), at).toString()
        const level = answer.readInt16BE(skip(4))
        varint()
        if (name === "metadata.version") return level
      }
    at = end
  }
  return 0
}

const logDir = (answer: Buffer): string => {
  // Throttling, the number of folders, and of the first an error code before its name.
  const length = answer.readInt16BE(10)
  return answer.subarray(12, 12 + length).toString()
}

/** What a broker says of itself. */
export const versionOf = async ([address = ""]: ReadonlyArray<string>): Promise<string> => {
  const name = Buffer.from("certreg-tests")
  // Two compact strings and no tagged field, behind an empty list of those of the header.
  const self = Buffer.concat([
    Buffer.from([0, name.length + 1]),
    name,
    Buffer.from([2]),
    Buffer.from("1"),
    Buffer.from([0])
  ])
  try {
    const level = metadataVersion(await ask(address, apiVersions.key, apiVersions.version, self))
    const everything = Buffer.alloc(4, 255)
    const folder = logDir(await ask(address, describeLogDirs.key, describeLogDirs.version, everything))
    return `the broker says metadata.version ${level}, log directory ${folder}`
  } catch (error) {
    return `the broker does not tell its version (${(error as Error).name})`
  }
}
