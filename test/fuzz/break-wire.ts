import type { Message } from "./message.ts"
import { wireOf } from "./message.ts"
import type { Random } from "./random.ts"

const latin1 = (text: string) => Buffer.from(text, "latin1")

// A length that grows would be waited for.
const noDigits = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).filter((one) => !/\d/.test(one))

type Wire = { readonly head: string; readonly body: Buffer }

const withField = (head: string, ...fields: ReadonlyArray<string>) =>
  head.replace("\r\n\r\n", `\r\n${fields.map((field) => `${field}\r\n`).join("")}\r\n`)
const withLength = (head: string, ...fields: ReadonlyArray<string>) =>
  withField(head.replace(/\r\n(content-length|transfer-encoding): .*/g, ""), ...fields)
const withLine = (head: string, line: string) => `${line}${head.slice(head.indexOf("\r\n"))}`

/** What no client library sends. What the bytes are then is nobody's to know: neither a request nor, perhaps, its end. */
export const breakWire = (message: Message, random: Random): readonly [Buffer, string] => {
  const { pick, below } = random
  const { head: bytes, body } = wireOf(message)
  const head = bytes.toString("latin1")
  const { word, method, target } = message
  const place = below(head.length)
  const changes: ReadonlyArray<readonly [string, () => Partial<Wire>]> = [
    ["cut in its head", () => ({ head: head.slice(0, place), body: Buffer.alloc(0) })],
    ["cut in its body", () => ({ body: body.subarray(0, body.length - 1 - below(Math.min(body.length, 10_000))) })],
    ["another byte in its head", () => ({ head: `${head.slice(0, place)}${pick(noDigits)}${head.slice(place + 1)}` })],
    [
      "one more byte in its head",
      () => ({ head: `${head.slice(0, place)}${pick(["\0", "\r", "\n", " ", ":", "\xff", "\t"])}${head.slice(place)}` })
    ],
    ["lines that end in LF", () => ({ head: head.replaceAll("\r\n", "\n") })],
    ["lines that end in CR", () => ({ head: head.replaceAll("\r\n", "\r") })],
    [
      "both length and chunks",
      () => ({ head: withLength(head, `content-length: ${body.length}`, "transfer-encoding: chunked") })
    ],
    [
      "two lengths",
      () => ({ head: withLength(head, `content-length: ${body.length}`, `content-length: ${body.length + 1}`) })
    ],
    [
      "a wrong length",
      () => ({
        head: withLength(
          head,
          `content-length: ${pick(["-1", "+1", "0x10", word, "1e3", "9".repeat(30), "", "1, 1", "1.0"])}`
        )
      })
    ],
    ["a length that is too small", () => ({ head: withLength(head, `content-length: ${below(body.length)}`) })],
    [
      "a length that is too large",
      () => ({ head: withLength(head, `content-length: ${body.length + 1 + below(1000)}`) })
    ],
    ["an image that is too large", () => ({ head: withLength(head, "content-length: 10485761") })],
    [
      "an encoding",
      () => ({
        head: withLength(
          head,
          `transfer-encoding: ${pick(["gzip", "identity", "chunked, chunked", word, "xchunked", "gzip, chunked"])}`
        )
      })
    ],
    [
      "wrong chunks",
      () => ({
        head: withLength(head, "transfer-encoding: chunked"),
        body: latin1(
          pick([
            "zz\r\n{}\r\n",
            "-1\r\n",
            `${"f".repeat(20)}\r\n`,
            `2;${word}=${"x".repeat(20_000)}\r\n{}\r\n0\r\n\r\n`,
            `2\r\n{}\r\n0\r\n${word}: ${word}\r\nhost: x\r\n\r\n`,
            "1\r\n{}\r\n0\r\n\r\n"
          ])
        )
      })
    ],
    ["a folded header", () => ({ head: withField(head, `x-a: ${word}\r\n ${word}`) })],
    [
      "a strange header",
      () => ({
        head: withField(
          head,
          pick([
            `x-a : ${word}`,
            `: ${word}`,
            word,
            `x-a: ${word}\0`,
            `x a: ${word}`,
            `x-\xff: ${word}`,
            `x-a: ${word}\x7f\x01`
          ])
        )
      })
    ],
    ["a large header", () => ({ head: withField(head, `x-a: ${word}${"v".repeat(20_000)}`) })],
    ["many headers", () => ({ head: withField(head, ...Array.from({ length: 3000 }, () => "a: b")) })],
    ["no host", () => ({ head: head.replace("\r\nhost: certreg", "") })],
    ["two hosts", () => ({ head: withField(head, `host: ${word}`) })],
    [
      "another request line",
      () => ({
        head: withLine(
          head,
          pick([
            `${method} ${target}`,
            `${method} ${target} HTTP/9.9`,
            `${method} ${target} HTTP/1.0`,
            `${method}\t${target}\tHTTP/1.1`,
            `${method}  ${target}  HTTP/1.1`,
            `${method} ${target} ${word} HTTP/1.1`,
            `${method} \0${target} HTTP/1.1`,
            `${word} ${target} HTTP/1.1`,
            `${method} ${word}:1 HTTP/1.1`,
            `CONNECT ${word}.example:443 HTTP/1.1`,
            `CONNECT ${target} HTTP/1.1`,
            `${method} ${target}?${"q".repeat(20_000)} HTTP/1.1`,
            `HTTP/1.1 200 ${word}`,
            "PRI * HTTP/2.0",
            ` ${method} ${target} HTTP/1.1`
          ])
        )
      })
    ],
    [
      "TLS",
      () => ({
        head: "\x16\x03\x01\0\xc8\x01\0\0\xc4\x03\x03",
        body: Buffer.from(Array.from({ length: 100 }, () => below(256)))
      })
    ],
    ["random bytes", () => ({ head: "", body: Buffer.from(Array.from({ length: below(2000) }, () => below(256))) })],
    [
      "something behind it",
      () => ({
        body: Buffer.concat([
          body,
          latin1(pick([`${word}\r\n\r\n`, "\r\n\r\n", "\0", `GET /${word} HTTP/1.1\r\n\r\n`]))
        ])
      })
    ]
  ]
  const [what, change] = pick(changes)
  const wire = { head, body, ...change() }
  return [Buffer.concat([latin1(wire.head), wire.body]), what]
}
