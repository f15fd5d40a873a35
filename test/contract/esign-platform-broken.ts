import { brotliCompressSync, gzipSync } from "node:zlib"
import {
  answer,
  canary,
  deep,
  deepObject,
  dripping,
  endless,
  good,
  goodData,
  type Handler,
  head,
  json,
  ok,
  raw
} from "./esign-platform-answers.ts"

const html = `<!doctype html><html><body><h1>Bad ${canary}</h1></body></html>`
const envelope = (rest: object) => json({ success: true, note: canary, ...rest })

/** Answers that are none of any call: an outage of unknown effect, with this word where there is but one. */
export const broken: ReadonlyArray<readonly [name: string, handler: Handler, code?: string | undefined]> = [
  // Text that is not JSON.
  ...(
    [
      ["nothing", ""],
      ["white space", " \r\n\t"],
      ["HTML", html],
      ["plain text", canary],
      ["half of the JSON", good.slice(0, -10)],
      ["JSON and more", `${good}x`],
      ["JSON twice", good + good],
      ["a comma too much", good.replace(/}$/, ",}")],
      ["single quotes", good.replaceAll('"', "'")],
      ["names without quotes", `{success:true,data:${JSON.stringify(goodData)}}`],
      ["a comment", `/* ${canary} */${good}`],
      ["NaN", good.replace("true", "NaN")],
      ["Infinity", good.replace("true", "-Infinity")],
      ["a prefix against hijacking", `)]}',\n${good}`],
      ["a callback", `cb(${good})`],
      ["control characters in a text", good.replace("tok", "t\u0001k").replace("5b6f", "5b\n6f")],
      ["null bytes", `\0${good}\0`],
      ["two byte order marks", `\ufeff\ufeff${good}`],
      ["an open text", '{"success":true,"data":{"token":"'],
      ["brackets without end", "[".repeat(200_000)],
      ["an unfinished escape", good.replace("tok", "t\\u12")]
    ] as const
  ).map(([name, body]) => [name, answer(200, body), "unreadable_answer"] as const),
  ["UTF-16", answer(200, Buffer.from(`\ufeff${good}`, "utf16le")), "unreadable_answer"],
  ["random bytes", answer(200, Buffer.from("ff00fe80c0af", "hex")), "unreadable_answer"],
  ["gzip", answer(200, gzipSync(good), { "content-encoding": "gzip" }), "unreadable_answer"],
  ["gzip that is not said", answer(200, gzipSync(good)), "unreadable_answer"],
  ["brotli", answer(200, brotliCompressSync(good), { "content-encoding": "br" }), "unreadable_answer"],
  [
    "a bomb",
    answer(200, gzipSync(Buffer.alloc(50 * 1024 * 1024)), { "content-encoding": "gzip" }),
    "unreadable_answer"
  ],
  // JSON of another shape.
  ...[null, true, 1, "x", canary, [], [good], {}, { data: goodData }, { Success: true, Data: goodData }].map(
    (value) => [`JSON: ${JSON.stringify(value).slice(0, 30)}`, json(value), "unreadable_answer"] as const
  ),
  ...[null, "true", 1, [], {}, [true], false].map(
    (success) =>
      [`success: ${JSON.stringify(success)}`, json({ success, data: goodData }), "unreadable_answer"] as const
  ),
  ...[null, true, 7, canary, "", [], [goodData], JSON.stringify(goodData)].map(
    (data) => [`data: ${JSON.stringify(data).slice(0, 30)}`, envelope({ data }), "unreadable_answer"] as const
  ),
  ...(
    [
      ["all of it null", null],
      ["all of it a number", 1e308],
      ["all of it true", true],
      ["all of it a list", [canary]],
      ["all of it an object", { toString: canary, valueOf: 1 }],
      ["all of it empty", ""],
      ["all of it a lone surrogate", "\ud800"],
      ["all of it long", "9".repeat(50_000)]
    ] as const
  ).map(([name, value]) => {
    const data = Object.fromEntries(Object.keys(goodData).map((key) => [key, value]))
    return [name, envelope({ data }), "unreadable_answer"] as const
  }),
  ["a prototype instead", answer(200, `{"__proto__":${good}}`), "unreadable_answer"],
  ["a prototype of the data", answer(200, `{"success":true,"data":{"__proto__":${JSON.stringify(goodData)}}}`)],
  ["a constructor", answer(200, `{"constructor":{"prototype":${good}},"success":true}`), "unreadable_answer"],
  ["success and then none", answer(200, good.replace(/}$/, ',"success":false}')), "unreadable_answer"],
  ["data and then none", answer(200, good.replace(/}$/, ',"data":null}')), "unreadable_answer"],
  ["lists in lists", answer(200, deep), "unreadable_answer"],
  ["objects in objects", answer(200, deepObject), "unreadable_answer"],
  ["deep data", answer(200, `{"success":true,"data":${deep}}`), "unreadable_answer"],
  ["deep errors", answer(200, `{"success":false,"errors":[{"code":${deepObject}}]}`), "unreadable_answer"],
  // Too much, too slow, too little.
  ["300 KB", answer(200, `${good.slice(0, -1)},"more":"${"x".repeat(300_000)}"}`), "unreadable_answer"],
  ["10 MB", answer(200, Buffer.alloc(10_000_000, good)), "unreadable_answer"],
  ["no end", endless(head("200 OK\ntransfer-encoding: chunked"), "3e8\r\n".concat(" ".repeat(1000), "\r\n"))],
  ["no end and no length", endless(head("200 OK"), " ".repeat(10_000)), "unreadable_answer"],
  ["a chunk without end", endless(head("200 OK\ntransfer-encoding: chunked"), "1;"), "timeout"],
  ["a drip", dripping(head("200 OK"), " "), "timeout"],
  ["a drip of headers", dripping("HTTP/1.1 200 OK\r\n", "a:b\r\n"), "timeout"],
  ["silence", (request) => request.resume(), "timeout"],
  ["silence after the headers", raw(head("200 OK\ncontent-length: 5"), true), "timeout"],
  ["a line without end", endless("HTTP/1.1 200 OK\r\nx-long: ", "x".repeat(1000)), "UND_ERR_HEADERS_OVERFLOW"],
  ["headers without end", endless("HTTP/1.1 200 OK\r\n", `${canary}: 1\r\n`.repeat(100)), "UND_ERR_HEADERS_OVERFLOW"],
  ["interim answers without end", dripping("", head("103 Early Hints\nlink: </x>")), "timeout"],
  ["less than it said", raw(ok(good, "content-length: 100000"))],
  ["a hang-up", raw("")],
  ["a hang-up in the headers", raw("HTTP/1.1 200 OK\r\ncontent-le")],
  // What is no HTTP.
  ["more than it said", raw(ok(good, "content-length: 5"))],
  ["a length below zero", raw(ok(good, "content-length: -1"))],
  ["a length that is none", raw(ok(good, `content-length: ${canary}`))],
  ["two lengths", raw(ok(good, "content-length: 5\ncontent-length: 6"))],
  ["length and chunks", raw(ok("5\r\n{}   \r\n0\r\n\r\n", "content-length: 5\ntransfer-encoding: chunked"))],
  ["chunks that are none", raw(ok(`zz\r\n${good}`, "transfer-encoding: chunked"))],
  ["a huge chunk", raw(ok(`ffffffffffffffff\r\n${good}`, "transfer-encoding: chunked"))],
  ["a header without a name", raw(ok(good, `: ${canary}`))],
  ["a header over two lines", raw(`HTTP/1.1 200 OK\r\nx: a\r\n b${canary}\r\n\u0000: 1\r\n\r\n`)],
  ["no status", raw(`HTTP/1.1 \r\n\r\n${good}`)],
  ["a status of letters", raw(`HTTP/1.1 abc ${canary}\r\n\r\n`)],
  ["a status of four digits", raw(`HTTP/1.1 2000 OK\r\n\r\n`)],
  ["another version", raw(`HTTP/9.9 200 OK\r\n\r\n${good}`)],
  ["HTTP/0.9", raw(good)],
  ["HTTP/2", raw(Buffer.from("000000040000000000", "hex"))],
  ["TLS", raw(Buffer.from("15030100020228", "hex"))],
  ["SSH", raw(`SSH-2.0-${canary}\r\n`)],
  ["an answer of 100", raw(head("100 Continue"))],
  ["an answer of 101", raw(head("101 Switching Protocols\nupgrade: websocket\nconnection: upgrade"))],
  ["an answer of 199 alone", raw(head("199 Odd"))],
  // Other statuses, whatever they carry.
  ...[204, 205, 304].map((status) => [`${status}`, raw(head(`${status} X`))] as const),
  ["206", answer(206, good.slice(0, 20)), "unreadable_answer"],
  ...[300, 301, 302, 303, 307, 308].map(
    (status) => [`${status}`, answer(status, good, { location: "http://127.0.0.1:9/" }), `http_${status}`] as const
  ),
  ...[402, 405, 408, 409, 410, 413, 418, 422, 451, 499].map(
    (status) => [`${status}`, answer(status, good), `http_${status}`] as const
  ),
  ...[500, 501, 502, 503, 504, 505, 520, 599, 600, 700, 999].map(
    (status) =>
      [`${status} with HTML`, answer(status, html, { "content-type": "text/html" }), `http_${status}`] as const
  ),
  ["500 in the envelope", answer(500, `{"success":false,"errors":[{"code":"900","cause":"GENERIC"}]}`), "http_500"],
  ...[400, 403, 404].flatMap((status) =>
    [
      html,
      "",
      good,
      "null",
      '{"success":false}',
      '{"success":false,"errors":null}',
      '{"success":false,"errors":{"0":{"code":"1","cause":"X"}}}',
      '{"success":false,"errors":[]}',
      '{"success":false,"errors":[null]}',
      `{"success":false,"errors":["${canary}"]}`,
      '{"success":"false","errors":[{"code":"1","cause":"X"}]}',
      '{"success":false,"errors":[{"code":"1","cause":"X"}]',
      '{"__proto__":{"success":false,"errors":[{"code":"1","cause":"X"}]}}',
      '{"success":false,"errors":[{"code":"1","cause":"X"}],"success":true}'
    ].map((body, n) => [`${status} without the envelope (${n})`, answer(status, body), `http_${status}`] as const)
  )
]
