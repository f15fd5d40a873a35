import { hash } from "node:crypto"
import { Effect, Exit, Redacted } from "effect"
import {
  BodyAborted,
  type ObjectStorage,
  StorageRefused,
  StorageUnavailable,
  type Upload,
  UrlExpired
} from "../../src/application/ports/object-storage.ts"
import type { Document } from "../../src/domain/registration/events.ts"
import type { World } from "./world.ts"

type Failure = BodyAborted | StorageRefused | StorageUnavailable | UrlExpired

/** The storage as one process reaches it. */
export const storagePort = (world: World, isCut: () => boolean): ObjectStorage["Service"] => {
  const put = async (url: string, { body }: Upload): Promise<Exit.Exit<void, Failure>> => {
    const [, submissionId, document] = new URL(url).pathname.split("/") as [string, string, Document]
    const fault = world.faults.get("storage")?.shift()
    if (fault === "turned_away") return Exit.fail(new UrlExpired())
    if (fault === "lost_before") return Exit.fail(new StorageUnavailable({ code: "ECONNRESET" }))
    if (fault === "refused") return Exit.fail(new StorageRefused({ code: "http_405" }))
    const pieces: Array<Uint8Array> = []
    try {
      for await (const piece of body) pieces.push(piece)
    } catch {
      return Exit.fail(new BodyAborted())
    }
    const sha256 = hash("sha256", Buffer.concat(pieces))
    const at = world.time.now
    const isTaken = world.platform.store(submissionId, document, sha256, at)
    world.platform.uploads.push({ to: submissionId, document, sha256, at, isTaken })
    if (!isTaken) return Exit.fail(new UrlExpired())
    return fault ? Exit.fail(new StorageUnavailable({ code: "ECONNRESET" })) : Exit.void
  }

  return {
    accepts: () => true,
    put: (url, upload) =>
      Effect.callback<void, Failure>((resume) => {
        void put(Redacted.value(url), upload).then((exit) => {
          world.time.later(world.random.below(30), () => {
            if (!isCut()) resume(exit)
          })
        })
      })
  }
}
