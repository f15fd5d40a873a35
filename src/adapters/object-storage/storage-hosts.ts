import { isIP } from "node:net"
import { Result } from "effect"

/** Which hosts presigned URLs may name (contract/service-api §5, `ESIGN_STORAGE_HOSTS`). Without rules: any public https host. */
export type StorageHosts = {
  readonly exact: ReadonlyArray<{ readonly host: string; readonly port: number | undefined }>
  /** With the dot in front. */
  readonly suffixes: ReadonlyArray<string>
  readonly anyPublic: boolean
}

/** Where a URL leads, once it may be called. `guarded`: only a public address may be connected to. */
export type Target = { readonly origin: string; readonly path: string; readonly guarded: boolean }

const rule = "takes a comma-separated list of host[:port] and *.suffix"

export const parseStorageHosts = (text: string | undefined): Result.Result<StorageHosts, string> => {
  if (text === undefined || text.trim() === "") return Result.succeed({ exact: [], suffixes: [], anyPublic: true })
  const entries = text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "")
  const exact = entries.filter((entry) => !entry.startsWith("*")).map(hostAndPort)
  const suffixes = entries.filter((entry) => entry.startsWith("*")).map(suffix)
  return entries.length > 0 && exact.every((one) => one !== undefined) && suffixes.every((one) => one !== undefined)
    ? Result.succeed({ exact, suffixes, anyPublic: false })
    : Result.fail(rule)
}

const hostAndPort = (entry: string) => {
  const [, name, digits] = /^(\[[^\]]*\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(entry) ?? []
  const host = name === undefined ? undefined : hostOf(name)
  const port = digits === undefined ? undefined : Number(digits)
  return host === undefined || port === 0 || (port ?? 0) > 65_535 ? undefined : { host, port }
}

const suffix = (entry: string): string | undefined => {
  const [, name] = /^\*\.([^:[\]]+)$/.exec(entry) ?? []
  const host = name === undefined ? undefined : hostOf(name)
  return host !== undefined && isName(host) ? `.${host}` : undefined
}

/** A host as `new URL` writes it, without the dot that ends a full name; undefined when the text is anything more or less than a host. */
const hostOf = (text: string): string | undefined => {
  if (/[\s/\\?#@*%]/.test(text) || !URL.canParse(`https://${text}`)) return undefined
  const host = withoutDot(new URL(`https://${text}`).hostname)
  return host === "" ? undefined : host
}

const withoutDot = (hostname: string): string => (hostname.endsWith(".") ? hostname.slice(0, -1) : hostname)
/** Names alone: `new URL` has turned every spelling of an IPv4 address into the usual one by now. */
const isName = (host: string): boolean =>
  isIP(host) === 0 && !host.startsWith("[") && host.split(".").every((label) => label !== "")

/** Not of this network or machine: RFC 6761 keeps everything below `localhost` for the latter. */
const isPublicName = (host: string): boolean => isName(host) && host.includes(".") && !host.endsWith(".localhost")

/**
 * In printable ASCII, with two slashes and a bare host, as every reader finds it: `new URL` also takes backslashes, tabs, percent signs,
 * credentials and wide letters in and around a host, where whoever is handed the URL may see another one.
 */
const spelling = /^https?:\/\/(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?(?:[/?#][!-[\]-~]*)?$/i

/** undefined: the URL may not be called. */
export const targetOf = (hosts: StorageHosts, text: string): Target | undefined => {
  if (!spelling.test(text) || !URL.canParse(text)) return undefined
  const url = new URL(text)
  const { protocol, pathname, search } = url
  const host = withoutDot(url.hostname)
  const usualPort = protocol === "https:" ? 443 : 80
  const port = url.port === "" ? usualPort : Number(url.port)
  const target = (guarded: boolean): Target => ({
    origin: `${protocol}//${host}${url.port === "" ? "" : `:${port}`}`,
    path: pathname + search,
    guarded
  })
  if (hosts.exact.some((one) => one.host === host && (one.port ?? usualPort) === port)) return target(false)
  const isPublicKind = protocol === "https:" && port === 443 && isPublicName(host)
  const isAllowed = hosts.anyPublic || hosts.suffixes.some((one) => host.endsWith(one))
  return isPublicKind && isAllowed ? target(true) : undefined
}
