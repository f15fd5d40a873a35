import { Schema } from "effect"

/** The uploader sent nothing for too long. Thrown by the body. */
export class UploadStalled extends Schema.TaggedError<UploadStalled>()("UploadStalled", {}) {}
/** The uploader broke off, or sent another number of bytes than it promised. Thrown by the body. */
export class UploaderGone extends Schema.TaggedError<UploaderGone>()("UploaderGone", {}) {}
