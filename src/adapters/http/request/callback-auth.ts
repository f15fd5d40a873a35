import { hash, timingSafeEqual } from "node:crypto"
import { Result } from "effect"

/** One way in which the platform may prove itself; of a secret only its SHA-256 is kept. */
type Credentials =
  | { readonly scheme: "none" }
  | { readonly scheme: "Basic" | "Bearer"; readonly digest: Buffer }
  | { readonly scheme: "ApiKey"; readonly header: string; readonly digest: Buffer }

/** Any of these will do: there are several while a secret changes. */
export type CallbackAuth = ReadonlyArray<Credentials>

const forms = "one of: basic USER:PASSWORD, bearer TOKEN, header NAME:VALUE, none; several are given one a line"
const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

const digestOf = (secret: string | Uint8Array): Buffer => hash("sha256", secret, "buffer")

/** Reads `ESIGN_CALLBACK_AUTH` (contract/service-api §5). The message names the forms and no secret. */
export const parseCallbackAuth = (text: string): Result.Result<CallbackAuth, string> => {
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  const read = lines.filter((line) => line !== "").map(readLine)
  const known = read.filter((credentials) => credentials !== undefined)
  return known.length > 0 && known.length === read.length ? Result.succeed(known) : Result.fail(forms)
}

const readLine = (line: string): Credentials | undefined => {
  const [, form = "", value = ""] = /^(\S+)(?:\s+(.+))?$/.exec(line) ?? []
  const colon = value.indexOf(":")
  switch (form.toLowerCase()) {
    case "none":
      return value === "" ? { scheme: "none" } : undefined
    case "basic":
      return colon > 0 ? { scheme: "Basic", digest: digestOf(value) } : undefined
    case "bearer":
      return /^\S+$/.test(value) ? { scheme: "Bearer", digest: digestOf(value) } : undefined
    case "header": {
      const header = value.slice(0, Math.max(colon, 0)).trim().toLowerCase()
      const secret = value.slice(colon + 1).trim()
      return headerName.test(header) && secret !== ""
        ? { scheme: "ApiKey", header, digest: digestOf(secret) }
        : undefined
    }
    default:
      return undefined
  }
}

/** Header values by lower-case name, each time that one was sent. */
type Headers = { readonly [name: string]: string | ReadonlyArray<string> | undefined }

/** Whether a request comes from the platform. Digests are compared in constant time. */
export const isFromPlatform = (auth: CallbackAuth, headers: Headers): boolean =>
  auth.some((credentials) => {
    if (credentials.scheme === "none") return true
    const presented = presentedTo(credentials, headers)
    // Not everybody encodes as UTF-8 what is not ASCII: Latin-1 is the habit of some.
    const readings = presented && [presented, Buffer.from(presented.toString("latin1"))]
    return readings?.some((bytes) => timingSafeEqual(digestOf(bytes), credentials.digest)) ?? false
  })

const presentedTo = (credentials: Exclude<Credentials, { scheme: "none" }>, headers: Headers): Buffer | undefined => {
  const name = credentials.scheme === "ApiKey" ? credentials.header : "authorization"
  const [value, ...more] = [headers[name] ?? []].flat()
  if (value === undefined || more.length > 0) return undefined
  // The bytes as they came: Node reads header values as Latin-1.
  if (credentials.scheme === "ApiKey") return Buffer.from(value, "latin1")
  const [, scheme, secret = ""] = /^(\S+) +(\S+)$/.exec(value) ?? []
  if (scheme?.toLowerCase() !== credentials.scheme.toLowerCase()) return undefined
  return Buffer.from(secret, credentials.scheme === "Basic" ? "base64" : "latin1")
}

const challenges = { none: "", Basic: 'Basic realm="callback", charset="UTF-8"', Bearer: "Bearer", ApiKey: "ApiKey" }

/** What `WWW-Authenticate` asks for. */
export const challengeOf = (auth: CallbackAuth): string =>
  [...new Set(auth.map(({ scheme }) => challenges[scheme]))].join(", ")
