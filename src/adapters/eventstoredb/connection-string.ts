import { createRequire } from "node:module"
import type { Credentials } from "@eventstore/db-client"
import type {
  ConnectionOptions,
  parseConnectionString
} from "@eventstore/db-client/dist/Client/parseConnectionString.js"

type Parser = { readonly parseConnectionString: typeof parseConnectionString }

/** Of the client, and loaded when there is something to read: with another store nobody waits for it. */
const parser = (): Parser =>
  createRequire(import.meta.url)("@eventstore/db-client/dist/Client/parseConnectionString.js")

/** What the client reads; undefined when it cannot. It tells the console of what it ignores, with the whole string. */
const read = (text: string): { readonly options: ConnectionOptions; readonly ignoresSome: boolean } | undefined => {
  const { parseConnectionString } = parser()
  const { warn } = console
  let ignoresSome = false
  console.warn = () => {
    ignoresSome = true
  }
  try {
    return { options: parseConnectionString(text), ignoresSome }
  } catch {
    return undefined
  } finally {
    console.warn = warn
  }
}

/** What is wrong with a connection string, as a rule for whoever gave it and without any part of it; undefined when it can be used. */
export const connectionStringFlaw = (text: string): string | undefined => {
  if (!/^\s*esdb(?:\+discover)?:\/\//.test(text))
    return "takes a connection string that begins with esdb:// or esdb+discover://"
  const found = read(text)
  if (found === undefined)
    return "takes esdb://user:password@host:port,host:port?option=value&option=value, of which all but one host may be left out; user and password are percent-encoded"
  const { options, ignoresSome } = found
  if (options.throwOnAppendFailure === false)
    return "does not take throwOnAppendFailure=false: a refused append would look like one that was stored"
  if (options.tlsVerifyCert === false)
    return "does not take tlsVerifyCert=false, which the client ignores; tlsCAFile names the authority to trust"
  const { keepAliveInterval = 0, keepAliveTimeout = 0, defaultDeadline = 1 } = options
  if (keepAliveInterval < -1 || keepAliveTimeout < -1 || defaultDeadline < 1)
    return "has a number that the client does not take: keepAliveInterval and keepAliveTimeout are -1 or more, defaultDeadline is 1 or more"
  if ((options.userCertFile === undefined) !== (options.userKeyFile === undefined))
    return "takes userCertFile and userKeyFile together, not one of them alone"
  return ignoresSome ? "takes no option that the client does not know, and would ignore" : undefined
}

export const credentialsIn = (text: string): Credentials | undefined => read(text)?.options.defaultCredentials

/**
 * gRPC lets clients with the same settings share one connection: a new client would go on with the one on which the old one had no answer. So
 * each waits some milliseconds longer for the answer to a keep-alive than the one before it. Of two values of an option the last one counts.
 */
export const withConnectionOfItsOwn = (text: string, generation: number): string => {
  const { keepAliveInterval = 10_000, keepAliveTimeout = 10_000 } = read(text)?.options ?? {}
  const base = text.trim().replace(/\/+$/, "")
  const [interval, timeout] = [forTimer(keepAliveInterval), forTimer(keepAliveTimeout) + generation]
  return `${base}${base.includes("?") ? "&" : "?"}keepAliveInterval=${interval}&keepAliveTimeout=${timeout}`
}
/** What -1 stands for; more than a timer can hold would be over at once. */
const never = 2_000_000_000
const forTimer = (millis: number): number => (millis < 0 || millis > never ? never : millis)
