/** An answer as it came, and its body as JSON where it is some. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: unknown
}

/** What came is no answer as HTTP knows it. */
export class MalformedAnswer extends Error {}

const statusLine = /^HTTP\/1\.1 ([1-5]\d\d) [\x20-\x7e]*$/
const field = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+): ?([\x20-\x7e]*)$/

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * The first answer in some bytes, to the letter of HTTP/1.1, and what comes after it; undefined while it is not complete. The service
 * always tells the length of its bodies.
 */
export const takeAnswer = (bytes: Buffer, isHead: boolean): readonly [Answer, Buffer] | undefined => {
  const end = bytes.indexOf("\r\n\r\n")
  if (end < 0) return undefined
  const [line = "", ...fields] = bytes.subarray(0, end).toString("latin1").split("\r\n")
  const status = Number(statusLine.exec(line)?.[1])
  if (!status) throw new MalformedAnswer(`status line ${JSON.stringify(line.slice(0, 200))}`)
  const pairs = fields.map((text): [string, string] => {
    const [, name, value] = field.exec(text) ?? []
    if (name === undefined || value === undefined)
      throw new MalformedAnswer(`header ${JSON.stringify(text.slice(0, 200))}`)
    return [name, value]
  })
  if (status < 200) return takeAnswer(bytes.subarray(end + 4), isHead)
  const headers = new Headers(pairs)
  const hasBody = !isHead && status !== 204 && status !== 304
  const length = headers.get("content-length")
  if (hasBody && !/^\d+$/.test(length ?? "")) throw new MalformedAnswer(`length ${length} of ${status}`)
  const from = end + 4
  const to = from + (hasBody ? Number(length) : 0)
  if (bytes.length < to) return undefined
  const text = bytes.subarray(from, to).toString()
  return [{ status, headers, text, body: parse(text) }, bytes.subarray(to)]
}
