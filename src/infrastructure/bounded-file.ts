import { createReadStream } from "node:fs"
import * as Effect from "effect/Effect"
import { codeOf } from "../application/error-words.ts"

/** Reads a file of at most so many bytes. Fails with a sentence that does not name it. */
export const readBounded = (path: string, most: number): Effect.Effect<Buffer, string> =>
  Effect.tryPromise({
    try: async () => Buffer.concat(await createReadStream(path, { end: most }).toArray()),
    catch: (error) => `A file cannot be read (${codeOf(error)}).`
  }).pipe(
    Effect.filterOrFail(
      (bytes) => bytes.length <= most,
      () => "The file is larger than an export can be."
    )
  )
