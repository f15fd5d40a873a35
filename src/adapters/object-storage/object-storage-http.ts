import type { LookupFunction } from "node:net"
import { Effect, Exit, Layer, Redacted } from "effect"
import { Agent, buildConnector, type Dispatcher } from "undici"
import { ObjectStorage, StorageHostRefused, type Upload } from "../../application/ports/object-storage.ts"
import { keepReading } from "./keep-reading.ts"
import { publicLookup } from "./public-address.ts"
import { PutRequest } from "./put-request.ts"
import { type StorageHosts, type Target, targetOf } from "./storage-hosts.ts"
import { UploadBody } from "./upload-body.ts"

export type ObjectStorageConfig = {
  readonly hosts: StorageHosts
  /** Of one silence: to connect, and while the storage neither takes bytes that are there nor answers. */
  readonly timeoutMillis: number
  /** At once, to each storage; more uploads wait for a free connection. */
  readonly connections?: number
  /** Called with the `Date` of every answer. */
  readonly onServerDate?: (epochMillis: number) => void
  /** How names are resolved; the machine's way if not given. */
  readonly lookup?: LookupFunction
}

const openAgent = ({ timeoutMillis, connections = 256 }: ObjectStorageConfig, lookup: LookupFunction | undefined) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const connect = buildConnector({ timeout: timeoutMillis, ...(lookup ? { lookup } : {}) })
      const timeout = Math.ceil(timeoutMillis)
      return new Agent({
        connections,
        // Their clocks stand still while the body has nothing to send.
        headersTimeout: timeout,
        bodyTimeout: timeout,
        connect: (options, callback) =>
          connect(options, (...[error, socket]) =>
            error ? callback(error, null) : callback(null, keepReading(socket))
          )
      })
    }),
    (agent) => Effect.promise(() => agent.destroy())
  )

const refused = Exit.fail(new StorageHostRefused())

const make = Effect.fnUntraced(function* (config: ObjectStorageConfig) {
  const open = yield* openAgent(config, config.lookup)
  const guarded = yield* openAgent(config, publicLookup(config.lookup))

  const send = (target: Target, { body, mediaType, size }: Upload): ReturnType<ObjectStorage["Service"]["put"]> =>
    Effect.callback((resume) => {
      const upload = new UploadBody(body, size)
      const request = new PutRequest(upload, config, resume)
      const agent = target.guarded ? guarded : open
      agent.dispatch(
        {
          origin: target.origin,
          path: target.path,
          method: "PUT",
          headers: ["content-type", mediaType, "content-length", String(size)],
          // undici takes any iterable; its types name streams alone.
          body: upload as unknown as NonNullable<Dispatcher.DispatchOptions["body"]>
        },
        request
      )
      return Effect.sync(() => request.abandon())
    })

  return ObjectStorage.of({
    accepts: (url) => targetOf(config.hosts, Redacted.value(url)) !== undefined,
    put: (url, upload) =>
      Effect.suspend(() => {
        const target = targetOf(config.hosts, Redacted.value(url))
        return target === undefined ? refused : send(target, upload)
      })
  })
})

/** Object storage behind presigned URLs (contract/esign-api §4.3). */
export const objectStorageHttp = (config: ObjectStorageConfig): Layer.Layer<ObjectStorage> =>
  Layer.effect(ObjectStorage, make(config))
