/** Headers of answers, as the document describes them. */
export const headers = {
  "x-request-id": "The caller's own id of its request where it is 1 to 128 of A-Z a-z 0-9 . _ -, else a new one.",
  etag: 'The revision, such as "3".',
  location: "The link of the registration.",
  "idempotent-replayed": "true when the same request was accepted before.",
  "retry-after": "Seconds after which it may be tried again.",
  "www-authenticate": "The scheme of the credentials that are wanted.",
  allow: "The methods of the route.",
  "cache-control": "no-store: answers belong to nobody else."
} as const
