import type { IncomingMessage } from "node:http"
import { UploaderGone, UploadStalled } from "../../application/image/upload-errors.ts"

/** Milliseconds without a byte from the uploader, while we ask for some, that end an upload. */
const patience = 15_000

/**
 * The body of an upload, a chunk at a time and only as fast as it is asked for. Throws `UploadStalled` or `UploaderGone`. Giving it up
 * leaves the connection alone: the answer still has to go out on it.
 */
export async function* uploadBody(raw: IncomingMessage, silence = patience): AsyncGenerator<Uint8Array> {
  while (true) {
    const chunk: Buffer | null = raw.read()
    if (chunk !== null) yield chunk
    else if (raw.readableEnded) return
    else if (raw.destroyed) throw new UploaderGone()
    else await arrival(raw, silence)
  }
}

/** Returns when there may be something to read, or nothing will come any more. */
const arrival = (raw: IncomingMessage, silence: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      raw.off("readable", onArrival).off("end", onArrival).off("close", onArrival)
    }
    const onArrival = () => {
      stop()
      resolve()
    }
    const timer = setTimeout(() => {
      stop()
      reject(new UploadStalled())
    }, silence)
    raw.on("readable", onArrival).on("end", onArrival).on("close", onArrival)
  })
