import type { Code } from "../problem-codes.ts"

/** When a problem is answered (contract/service-api §1). */
export const meanings: { readonly [C in Code]: string } = {
  malformed_json: "The body is no JSON in UTF-8, or ended before it was complete.",
  invalid_parameter: "A path, query or header value is wrong.",
  unauthenticated: "There is no key, or it is unknown.",
  forbidden: "The key lacks the scope that is named.",
  not_found: "There is no such registration for this client.",
  method_not_allowed: "The route takes other methods.",
  upload_stalled: "The body took too long to arrive.",
  registration_open: "The user has a registration that is open, or whose verdict is still unknown.",
  already_issued: "The user's certificate was issued before, and renew was not asked for.",
  attempts_exhausted: "All attempts of the user are used up.",
  wrong_state: "The command does not fit the state.",
  document_exists: "Another image of this kind is there already.",
  personal_data_erased: "It needs data that was erased.",
  length_required: "An image needs a Content-Length.",
  too_large: "The body is larger than the limit that is named.",
  unsupported_media_type: "The Content-Type or Content-Encoding is not taken.",
  validation_failed: "Fields are wrong; every one is listed.",
  idempotency_key_reused: "The same key came with another body before.",
  image_refused: "The image cannot be sent on; reason says why.",
  rate_limited: "The client sends more requests than it may.",
  internal_error: "This is our mistake; the request id helps to find it.",
  storage_refused: "The object storage answered no for good.",
  unavailable: "Something that this needs cannot be reached, or is busy, now."
}
