/** Every code that an error is answered with, its status and its title (contract/service-api §1). */
export const codes = {
  malformed_json: [400, "Malformed JSON"],
  invalid_parameter: [400, "Invalid parameter"],
  unauthenticated: [401, "Unauthenticated"],
  forbidden: [403, "Forbidden"],
  not_found: [404, "Not found"],
  method_not_allowed: [405, "Method not allowed"],
  upload_stalled: [408, "Upload stalled"],
  registration_open: [409, "Registration open"],
  already_issued: [409, "Certificate already issued"],
  attempts_exhausted: [409, "Attempts exhausted"],
  wrong_state: [409, "Wrong state"],
  document_exists: [409, "Document exists"],
  personal_data_erased: [410, "Personal data erased"],
  length_required: [411, "Length required"],
  too_large: [413, "Body too large"],
  unsupported_media_type: [415, "Unsupported media type"],
  validation_failed: [422, "Validation failed"],
  idempotency_key_reused: [422, "Idempotency key reused"],
  image_refused: [422, "Image refused"],
  rate_limited: [429, "Rate limited"],
  internal_error: [500, "Internal error"],
  storage_refused: [502, "Storage refused"],
  unavailable: [503, "Unavailable"]
} as const satisfies { readonly [code: string]: readonly [status: number, title: string] }

export type Code = keyof typeof codes
