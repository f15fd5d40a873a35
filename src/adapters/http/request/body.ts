import type { IncomingMessage } from "node:http"
import { Effect, Result } from "effect"
import { UploadStalled } from "../../../application/image/upload-errors.ts"
import {
  type CallerGone,
  type MalformedJson,
  type TooLarge,
  type UnsupportedMediaType,
  unsupportedMediaType
} from "../request-errors.ts"

const kib = 1024
/** Bytes (contract/service-api §1). */
const jsonLimit = 256 * kib
export const callbackLimit = 64 * kib
export const imageLimit = 10 * kib * kib

/** Milliseconds without a byte of a body after which nothing more is waited for. */
export const bodySilence = 15_000

const malformed: MalformedJson = { _tag: "MalformedJson" }
const callerGone: CallerGone = { _tag: "CallerGone" }
const decoder = new TextDecoder("utf-8", { fatal: true })

const plainEncodings: ReadonlySet<string> = new Set(["", "identity", "utf-8"])

/** Nothing is decompressed. */
export const checkEncoding = ({ headers }: IncomingMessage): Result.Result<void, UnsupportedMediaType> =>
  plainEncodings.has(headers["content-encoding"]?.trim().toLowerCase() ?? "")
    ? Result.void
    : Result.fail(unsupportedMediaType("Send the body without a Content-Encoding."))

export const checkJsonType = ({ headers }: IncomingMessage): Result.Result<void, UnsupportedMediaType> => {
  const type = headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase()
  return !type || type === "application/json"
    ? Result.void
    : Result.fail(unsupportedMediaType("Send the body as application/json."))
}

/** The text of a body: UTF-8 to the letter, without a byte order mark. */
export const readText = (bytes: Uint8Array): Result.Result<string, MalformedJson> =>
  Result.try({ try: () => decoder.decode(bytes), catch: () => malformed })

export const parseJson = (text: string): Result.Result<unknown, MalformedJson> =>
  Result.try({ try: () => JSON.parse(text) as unknown, catch: () => malformed })

type ReadingError = TooLarge | CallerGone | UploadStalled

/**
 * All bytes of a body. One that is too large is refused as soon as that shows; the rest of it is left unread. One that stands still for
 * `silence` milliseconds has stalled.
 */
export const readBytes = (
  raw: IncomingMessage,
  limit: number,
  silence = bodySilence
): Effect.Effect<Uint8Array, ReadingError> => {
  const tooLarge: TooLarge = { _tag: "TooLarge", limit }
  if (Number(raw.headers["content-length"]) > limit) return Effect.fail(tooLarge)
  return Effect.callback((resume) => {
    if (raw.destroyed) return resume(Effect.fail(callerGone))
    const chunks: Array<Buffer> = []
    let size = 0
    const settle = (outcome: Effect.Effect<Uint8Array, ReadingError>) => {
      clearTimeout(timer)
      raw.off("data", onData).off("end", onEnd).off("close", onClose)
      resume(outcome)
    }
    const onData = (chunk: Buffer) => {
      chunks.push(chunk)
      size += chunk.length
      if (size <= limit) {
        timer.refresh()
        return
      }
      raw.pause()
      settle(Effect.fail(tooLarge))
    }
    const onEnd = () => settle(Effect.succeed(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
    const onClose = () => settle(Effect.fail(callerGone))
    const timer = setTimeout(() => settle(Effect.fail(new UploadStalled())), silence)
    raw.on("data", onData).on("end", onEnd).on("close", onClose)
  })
}

/** The value of a JSON body. */
export const readJson = Effect.fnUntraced(function* (raw: IncomingMessage) {
  yield* Effect.fromResult(checkJsonType(raw))
  yield* Effect.fromResult(checkEncoding(raw))
  const bytes = yield* readBytes(raw, jsonLimit)
  return yield* Effect.fromResult(Result.flatMap(readText(bytes), parseJson))
})
