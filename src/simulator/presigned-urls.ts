import { createHmac, createSecretKey, randomBytes } from "node:crypto"

/** Why a presigned URL is not honoured. */
export type UrlFault = "altered" | "expired" | "credential-expired"

const PREFIX = "/esign-cert-reg/"
const SIGNATURE = "&X-Amz-Signature="

const iso = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`
const fromIso = (date: string): number =>
  Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"))

/** S3-style presigned PUT URLs. A URL is taken exactly as it was given out: another host, path or query breaks its signature. */
export class PresignedUrls {
  // A key object: raw bytes would be made into one for every signature, which takes six times as long as signing.
  readonly #key = createSecretKey(randomBytes(32))
  /** Its `/`, `+` and `=` must be escaped in a URL, which shows callers that decode or encode once too often. */
  readonly #securityToken = encodeURIComponent(`FwoG/+${randomBytes(48).toString("base64")}==`)

  #signature(host: string, path: string, query: string): string {
    return createHmac("sha256", this.#key).update(`PUT\n${host}${path}\n${query}`).digest("hex")
  }

  issue(base: string, name: string, ttl: number): string {
    const path = PREFIX + name
    const date = iso(Date.now())
    const query =
      `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=SIMULATOR%2F${date.slice(0, 8)}%2Fap-southeast-1%2Fs3%2Faws4_request` +
      `&X-Amz-Date=${date}&X-Amz-Expires=${ttl}&X-Amz-Security-Token=${this.#securityToken}&X-Amz-SignedHeaders=host`
    return `${base}${path}?${query}${SIGNATURE}${this.#signature(base.slice(base.indexOf("//") + 2), path, query)}`
  }

  /** The name of the object in a path of this storage. */
  nameIn(path: string): string | undefined {
    return path.startsWith(PREFIX) ? path.slice(PREFIX.length) : undefined
  }

  /** `credentialTtl` in seconds from the time of issue: the temporary credential may end before the URL. */
  faultOf(host: string, path: string, query: string, credentialTtl: number): UrlFault | undefined {
    const end = query.indexOf(SIGNATURE)
    if (end < 0) return "altered"
    const signed = query.slice(0, end)
    if (query.slice(end + SIGNATURE.length) !== this.#signature(host, path, signed)) return "altered"
    const [, date = "", ttl = ""] = /&X-Amz-Date=(\w+)&X-Amz-Expires=(\d+)/.exec(signed) ?? []
    const age = Date.now() - fromIso(date)
    if (age >= Number(ttl) * 1000) return "expired"
    return age >= credentialTtl * 1000 ? "credential-expired" : undefined
  }
}
