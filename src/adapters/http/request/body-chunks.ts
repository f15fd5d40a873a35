import type { IncomingMessage } from "node:http"
import { UploaderGone, UploadStalled } from "../../../application/image/upload-errors.ts"
import { bodySilence } from "./body.ts"

/**
 * A body, a chunk at a time and only as fast as it is asked for. Throws `UploadStalled` after `silence` milliseconds without a byte while we
 * ask for some, or `UploaderGone`. Giving it up leaves the connection alone: the answer still has to go out on it.
 */
export async function* bodyChunks(raw: IncomingMessage, silence = bodySilence): AsyncGenerator<Uint8Array> {
  while (true) {
    const chunk = await nextChunk(raw, silence)
    if (chunk === undefined) return
    yield chunk
  }
}

/** It flows for one chunk: `read()` would glue together, and copy, all that is there. Nothing at the end. */
const nextChunk = (raw: IncomingMessage, silence: number): Promise<Uint8Array | undefined> =>
  new Promise((resolve, reject) => {
    if (raw.readableEnded) return resolve(undefined)
    if (raw.destroyed) return reject(new UploaderGone())
    const stop = () => {
      clearTimeout(timer)
      raw.off("data", onData).off("end", onEnd).off("close", onClose)
    }
    const onData = (chunk: Buffer) => {
      raw.pause()
      stop()
      resolve(chunk)
    }
    const onEnd = () => {
      stop()
      resolve(undefined)
    }
    const onClose = () => {
      stop()
      reject(new UploaderGone())
    }
    // It may flow on: nobody wants the rest, and where the answer is out already it is being dropped.
    const timer = setTimeout(() => {
      stop()
      reject(new UploadStalled())
    }, silence)
    raw.on("data", onData).on("end", onEnd).on("close", onClose).resume()
  })
