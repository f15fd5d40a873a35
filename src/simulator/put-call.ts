import { createHash } from "node:crypto"
import type { Answer } from "./answers.ts"
import { storageError } from "./answers.ts"
import type { DocumentKind } from "./contract.ts"
import type { Exchange, Prepared } from "./exchange.ts"
import { receiveBody } from "./exchange.ts"
import type { UrlFault } from "./presigned-urls.ts"
import type { Submission } from "./registry.ts"
import type { Simulator } from "./simulator.ts"

const neverHere = [
  "x-onekyc-token",
  "x-esign-onboarding-partner",
  "x-partner-user-id",
  "x-partner-user-id-type",
  "x-partner-session-id",
  "client-id",
  "pass-key",
  "authorization",
  "cookie",
  "content-encoding"
]

const signatures = { "image/jpeg": "ffd8ff", "image/png": "89504e47" } as const

const urlErrors: Readonly<Record<UrlFault, Answer>> = {
  altered: storageError(
    403,
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided."
  ),
  expired: storageError(403, "AccessDenied", "Request has expired"),
  "credential-expired": storageError(400, "ExpiredToken", "The provided token has expired.")
}

const lengthRequired = storageError(411, "MissingContentLength", "You must provide the Content-Length HTTP header.")

/** Hashes an image as it comes; its bytes are not kept. */
const imageReader = () => {
  const hash = createHash("sha256")
  let start = ""
  let size = 0
  return {
    take: (chunk: Buffer) => {
      if (start.length < 8) start += chunk.toString("hex", 0, 4)
      size += chunk.length
      hash.update(chunk)
    },
    done: () => ({ sha256: hash.digest("hex"), size, start })
  }
}

const parseName = (name: string): readonly [reference: string, kind: DocumentKind] | undefined => {
  const [, reference = "", kind] = /^(.+)_(KTP|SELFIE)$/.exec(name) ?? []
  return kind === undefined ? undefined : [reference, kind as DocumentKind]
}

const countHeaders = ({ ledger }: Simulator, { headers }: Exchange["request"]): string => {
  for (const name of neverHere) if (headers[name] !== undefined) ledger.violate("header-not-allowed", "put", name)
  const type = headers["content-type"] ?? ""
  if (!Object.hasOwn(signatures, type)) ledger.violate("content-type-wrong", "put")
  return type
}

/** Why the storage does not take the upload, known from its headers. */
const refusalOf = (
  simulator: Simulator,
  exchange: Exchange,
  submission: Submission | undefined
): Answer | undefined => {
  const { ledger, options, scenarios, urls } = simulator
  const { headers } = exchange.request
  const fault =
    submission === undefined
      ? "altered"
      : urls.faultOf(headers.host ?? "", exchange.path, exchange.query, options.credentialTtl)
  if (fault === "altered") ledger.violate("url-altered", "put")
  if (fault !== undefined) return urlErrors[fault]
  if (headers["content-length"] === undefined) {
    ledger.violate("content-length-missing", "put")
    return lengthRequired
  }
  if (submission?.ordinal !== 1) return undefined
  const { traits } = scenarios.of(submission.user.id)
  if (traits.has("gone-urls")) return urlErrors.expired
  return traits.has("gone-tokens") ? urlErrors["credential-expired"] : undefined
}

/** Upload of one image to the object storage (contract 4.3). `name` is the object's, as in the URL. */
export const preparePut = (simulator: Simulator, exchange: Exchange, name: string): Prepared => {
  const { ledger, registry, scenarios } = simulator
  const [reference, kind] = parseName(name) ?? []
  const submission = reference === undefined ? undefined : registry.byReference(reference)
  const mediaType = countHeaders(simulator, exchange.request)
  if (submission !== undefined && kind !== undefined) {
    exchange.record.submissionId = submission.id
    exchange.record.document = kind
    registry.note(submission.user, exchange.record)
  }
  const refused = refusalOf(simulator, exchange, submission)
  const image = imageReader()

  return {
    scenario: submission === undefined ? scenarios.everybody : scenarios.of(submission.user.id),
    faultPoints: kind === "KTP" ? ["ktp", "put"] : ["selfie", "put"],
    receive: () => receiveBody(exchange.request, image.take),
    take: () => {
      if (refused !== undefined || submission === undefined || kind === undefined) return refused ?? urlErrors.altered
      const { sha256, size, start } = image.done()
      if (size === 0) ledger.violate("image-empty", "put")
      else if (!start.startsWith(mediaType === "image/png" ? signatures["image/png"] : signatures["image/jpeg"])) {
        ledger.violate("image-not-of-its-type", "put")
      }
      if (submission.confirmedAt !== undefined) ledger.violate("upload-after-confirm", "put")
      submission.objects[kind] = { sha256, size, mediaType, puts: (submission.objects[kind]?.puts ?? 0) + 1 }
      // Both are successes to a storage; a caller must take either.
      return { status: kind === "KTP" ? 200 : 204, body: "", headers: { etag: `"${sha256.slice(0, 32)}"` } }
    },
    delivered: () => {}
  }
}
