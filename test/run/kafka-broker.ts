import type { Installed, NotInstalled } from "../infra/kafka/install.ts"

/** A broker that tests may use, each under names of its own. */
export type RunsBroker = {
  readonly kind: "given" | "installed" | "container"
  readonly brokers: ReadonlyArray<string>
}
/** What there is of Apache Kafka in a run. */
export type KafkaOfRun = {
  /** Without one, what needs it is skipped. */
  readonly broker?: RunsBroker
  /** The jars, where tests may start brokers of their own, which they kill; absent where they may not. */
  readonly lib?: string
}
type Started = { readonly brokers: ReadonlyArray<string>; readonly close: () => Promise<unknown> }

/** Where the ways to a broker end; tests of the choice have others. */
export type Ways = {
  readonly given: string | undefined
  readonly install: () => Promise<Installed | NotInstalled>
  /** Starts one from the jars; `where` its files are. */
  readonly installed: (lib: string) => Promise<Started & { readonly where: string }>
  readonly dockerAnswers: () => Promise<boolean>
  readonly container: () => Promise<Started & { readonly image: string }>
}
type Opened = { readonly kafka: KafkaOfRun; readonly words: string; readonly close: () => Promise<unknown> }

const notKilled = "what kills brokers does not run"
const wordsOf = (error: unknown): string => (error as Error).message.split("\n")[0] ?? ""

const openInstalled = async ({ install, installed }: Ways): Promise<Opened | string> => {
  const found = await install()
  if ("why" in found) return `not installed: ${found.why}`
  const { lib, version } = found
  // Not caught: a run that could have tested everything is no good one without.
  const { brokers, close, where } = await installed(lib)
  const words = `Apache Kafka ${version} from Maven Central at ${brokers}, its log in ${where}`
  return { kafka: { broker: { kind: "installed", brokers }, lib }, words, close }
}

const openContainer = async ({ dockerAnswers, container }: Ways): Promise<Opened | string> => {
  if (!(await dockerAnswers())) return "no container: no Docker engine answers"
  try {
    const { brokers, close, image } = await container()
    return { kafka: { broker: { kind: "container", brokers } }, words: `${image} in a container at ${brokers}`, close }
  } catch (error) {
    return `no container: it does not start (${wordsOf(error)})`
  }
}

/**
 * The broker that a run tests with: the one that is given, or one of its own from Maven Central, or one in a container, or none. `words`: what
 * it is, and why it is nothing better. Fails where one is installed that does not start.
 */
export const openKafka = async (ways: Ways): Promise<Opened> => {
  if (ways.given) {
    const brokers = ways.given.split(",").map((address) => address.trim())
    const words = `Kafka: given at ${brokers}; ${notKilled}`
    return { kafka: { broker: { kind: "given", brokers } }, words, close: async () => {} }
  }
  const opened = await openInstalled(ways)
  if (typeof opened !== "string") return { ...opened, words: `Kafka: ${opened.words}` }
  const other = await openContainer(ways)
  if (typeof other !== "string") return { ...other, words: `Kafka: ${other.words}; ${notKilled}; ${opened}` }
  const words = `Kafka: no broker, none of its tests run; KAFKA_BROKERS is not set; ${opened}; ${other}`
  return { kafka: {}, words, close: async () => {} }
}
