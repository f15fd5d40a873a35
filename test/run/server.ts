import { startEventStoreDb } from "../support/eventstoredb/server-process.ts"

/** A server of EventStoreDB that tests may use, each under names of its own. */
export type Server = {
  readonly kind: "given" | "container" | "double"
  /** The connection string. */
  readonly url: string
  /** Where it answers over HTTP/1. */
  readonly httpUrl: string
  /** Its version, or why it is not known. */
  readonly version: string
}
type Opened = { readonly server: Server; readonly close: () => Promise<unknown> }

/** Where the ways to a server end; tests of the choice have others. */
export type Ways = {
  readonly given: string | undefined
  readonly dockerAnswers: () => Promise<boolean>
  /** Starts one; answers its connection string. */
  readonly container: () => Promise<{ readonly url: string; readonly close: () => Promise<unknown> }>
}

const httpUrlOf = (url: string): string =>
  url.replace(/^[^:]+:\/\/(?:[^@/]*@)?([^,/?]+).*$/s, `${url.includes("tls=false") ? "http" : "https"}://$1`)

const versionOf = async (httpUrl: string): Promise<string> => {
  try {
    const response = await fetch(`${httpUrl}/info`, { signal: AbortSignal.timeout(10_000) })
    const { esVersion, dbVersion } = (await response.json()) as {
      readonly esVersion?: string
      readonly dbVersion?: string
    }
    return String(esVersion ?? dbVersion)
  } catch (error) {
    return `of unknown version (${(error as Error).name})`
  }
}
const serverAt = async (kind: Server["kind"], url: string): Promise<Server> => {
  const httpUrl = httpUrlOf(url)
  return { kind, url, httpUrl, version: await versionOf(httpUrl) }
}

const openDouble = async (): Promise<Opened> => {
  const { url, kill } = await startEventStoreDb()
  return { server: await serverAt("double", url), close: () => kill() }
}

/** A real server, and why there is none of the other kinds. */
const openReal = async ({ given, dockerAnswers, container }: Ways) => {
  if (given) return { opened: { server: await serverAt("given", given), close: async () => {} }, without: [] }
  const notGiven = "no real server: EVENTSTOREDB_URL is not set"
  if (!(await dockerAnswers())) return { without: [notGiven, "no container: no Docker engine answers"] }
  try {
    const { url, close } = await container()
    return { opened: { server: await serverAt("container", url), close }, without: [notGiven] }
  } catch (error) {
    const [words] = (error as Error).message.split("\n")
    return { without: [notGiven, `no container: it does not start (${words})`] }
  }
}

/**
 * The server that the service is tested with in a run: the one that is given, or one in a container where a Docker engine answers, or else
 * the double. `words`: what it is, and why it is nothing better.
 */
export const openServer = async (ways: Ways) => {
  const { opened, without } = await openReal(ways)
  const { server, close } = opened ?? (await openDouble())
  return { server, close, words: `EventStoreDB: ${[`${server.kind} ${server.version}`, ...without].join("; ")}` }
}
