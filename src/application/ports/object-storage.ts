import { Context, type Effect, type Redacted, Schema } from "effect"
import type { MediaType } from "../../domain/registration/events.ts"

/** Refused for good by the storage: an answer that no repetition changes. */
export class StorageRefused extends Schema.TaggedError<StorageRefused>()("StorageRefused", { code: Schema.String }) {}
/** The presigned URL ran out: 403, or 400 with `ExpiredToken` (contract/esign-api §4.3). */
export class UrlExpired extends Schema.TaggedError<UrlExpired>()("UrlExpired", {}) {}
/** The URL names a host that may not be called (`ESIGN_STORAGE_HOSTS`). Nothing was sent. */
export class StorageHostRefused extends Schema.TaggedError<StorageHostRefused>()("StorageHostRefused", {}) {}
/** Worth another try. */
export class StorageUnavailable extends Schema.TaggedError<StorageUnavailable>()("StorageUnavailable", {
  /** A word for logs, never a message or a URL. */
  code: Schema.String
}) {}
/** The body ended with an error before its last byte: the storage never got a complete image. */
export class BodyAborted extends Schema.TaggedError<BodyAborted>()("BodyAborted", {}) {}

export type Upload = {
  readonly mediaType: MediaType
  /** Bytes: the Content-Length that is promised. */
  readonly size: number
  /** The bytes as they come. When it throws, the request is torn down, so that nothing completes at the storage. */
  readonly body: AsyncIterable<Uint8Array>
}

/** The storage behind the presigned URLs. No platform header ever goes there. */
export class ObjectStorage extends Context.Service<
  ObjectStorage,
  {
    /** Whether a URL may be called at all. */
    readonly accepts: (url: Redacted.Redacted<string>) => boolean
    readonly put: (
      url: Redacted.Redacted<string>,
      upload: Upload
    ) => Effect.Effect<void, StorageRefused | UrlExpired | StorageHostRefused | StorageUnavailable | BodyAborted>
  }
>()("certreg/application/ports/ObjectStorage") {}
