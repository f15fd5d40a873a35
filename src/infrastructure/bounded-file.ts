import { open } from "node:fs/promises"
import * as Effect from "effect/Effect"
import { codeOf } from "../application/error-words.ts"

/** It is closed when this returns: it may be a database that is opened next, and to close it later would drop SQLite's locks. */
const bytesIn = async (path: string, most: number): Promise<Buffer> => {
  const file = await open(path)
  try {
    return Buffer.concat(await file.createReadStream({ end: most, autoClose: false }).toArray())
  } finally {
    await file.close()
  }
}

/** Reads a file of at most so many bytes. Fails with a sentence that begins with `what` and does not name it. */
export const readBounded = (path: string, most: number, what: string): Effect.Effect<Buffer, string> =>
  Effect.tryPromise({
    try: () => bytesIn(path, most),
    catch: (error) => `${what} cannot be read (${codeOf(error)}).`
  }).pipe(
    Effect.filterOrFail(
      (bytes) => bytes.length <= most,
      () => `${what} is larger than it can be.`
    )
  )
