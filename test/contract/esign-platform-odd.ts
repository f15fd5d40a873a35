import {
  answer,
  byteByByte,
  canary,
  deep,
  good,
  goodData,
  type Handler,
  head,
  json,
  ok,
  raw,
  withTrailer
} from "./esign-platform-answers.ts"

/** Answers that are odd and right. */
export const odd: ReadonlyArray<readonly [name: string, handler: Handler]> = [
  ["as HTML", answer(200, good, { "content-type": "text/html" })],
  ["as an image in another alphabet", answer(200, good, { "content-type": "image/png; charset=utf-16" })],
  ["with a byte order mark", answer(200, `\ufeff${good}`)],
  ["with 201", answer(201, good)],
  ["with 299", answer(299, good)],
  ["byte by byte", byteByByte],
  ["after interim answers", raw(head("103 Early Hints\nretry-after: 9\ndate: x") + head("102 X") + ok(good))],
  ["in HTTP/1.0", raw(`HTTP/1.0 200 OK\r\n\r\n${good}`)],
  [
    "with a word for the status",
    raw(`HTTP/1.1 200 ${"No".repeat(500)}\r\ncontent-length: ${good.length}\r\n\r\n${good}`)
  ],
  ["with trailers", raw(withTrailer(`x-trailer: ${canary}`))],
  [
    "with many headers",
    answer(200, good, Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`x-${n}`, canary])))
  ],
  ["with cookies and instructions", answer(200, good, { "set-cookie": canary, "clear-site-data": "*", refresh: "0" })],
  ["with more than was asked", json({ success: true, data: { ...goodData, x: [[]], y: "\ud800" } })],
  ["with a prototype besides", answer(200, good.replace("{", '{"__proto__":{"polluted":true},'))],
  ["with deep data besides", answer(200, good.replace('"data":{', `"data":{"x":${deep},`))],
  ["with members twice", answer(200, good.replace('"data":', '"success":false,"data":null,"success":true,"data":'))],
  ["with errors besides", json({ success: true, data: goodData, errors: [{ code: "1", cause: "X" }] })],
  [
    "with huge numbers besides",
    answer(200, good.replace('"data":{', '"data":{"x":1e999,"y":-0,"z":99999999999999999999,'))
  ]
]
