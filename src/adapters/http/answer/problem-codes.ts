/** Every code that an error is answered with: its status, its title, and when it is answered (contract/service-api §1). */
export const codes = {
  malformed_json: [400, "Malformed JSON", "The body is no JSON in UTF-8, or ended before it was complete."],
  invalid_parameter: [400, "Invalid parameter", "A path, query or header value is wrong."],
  unauthenticated: [401, "Unauthenticated", "There is no key, or it is unknown."],
  forbidden: [403, "Forbidden", "The key lacks the scope that is named."],
  not_found: [404, "Not found", "There is no such registration for this client."],
  method_not_allowed: [405, "Method not allowed", "The route takes other methods."],
  upload_stalled: [408, "Upload stalled", "The body took too long to arrive."],
  registration_open: [
    409,
    "Registration open",
    "The user has a registration that is open, or whose verdict is still unknown."
  ],
  already_issued: [
    409,
    "Certificate already issued",
    "The user's certificate was issued before; renew starts a new attempt all the same."
  ],
  attempts_exhausted: [409, "Attempts exhausted", "All attempts of the user are used up."],
  wrong_state: [409, "Wrong state", "The command does not fit the state."],
  on_hold: [
    409,
    "On hold",
    "A legal hold keeps the personal data until the time that is named; it is erased when the hold ends."
  ],
  document_exists: [409, "Document exists", "Another image of this kind is there already."],
  cursor_expired: [
    410,
    "Cursor expired",
    "What followed on this cursor was forgotten when the log was put back from a backup; begin anew, without a cursor."
  ],
  personal_data_erased: [410, "Personal data erased", "It needs data that was erased."],
  length_required: [411, "Length required", "An image needs a Content-Length."],
  too_large: [413, "Body too large", "The body is larger than the limit that is named."],
  unsupported_media_type: [415, "Unsupported media type", "The Content-Type or Content-Encoding is not taken."],
  validation_failed: [422, "Validation failed", "Fields are wrong; every one is listed."],
  idempotency_key_reused: [422, "Idempotency key reused", "The same key came with another body before."],
  image_refused: [422, "Image refused", "The image cannot be sent on; reason says why."],
  rate_limited: [429, "Rate limited", "The client sends more requests than it may."],
  internal_error: [500, "Internal error", "This is our mistake; the request id helps to find it."],
  storage_refused: [502, "Storage refused", "The object storage answered no for good."],
  unavailable: [
    503,
    "Unavailable",
    "Something that this needs cannot be reached, or is busy, now. The same request may be sent again."
  ]
} as const satisfies { readonly [code: string]: readonly [status: number, title: string, meaning: string] }

export type Code = keyof typeof codes
