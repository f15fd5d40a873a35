import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { provideTools, run } from "./tools.ts"

const pom = fileURLToPath(new URL("./pom.xml", import.meta.url))
/** Beside the packages of npm, since both go when everything is installed anew; Maven keeps what it has downloaded at home. */
const cache = fileURLToPath(new URL("../../../node_modules/.cache/certreg", import.meta.url))

export type Installed = { readonly lib: string; readonly version: string }
export type NotInstalled = { readonly why: string }

const versionOf = (artifact: string): string =>
  new RegExp(`<artifactId>${artifact}</artifactId>\\s*<version>([^<]+)`).exec(readFileSync(pom, "utf8"))?.[1] ?? ""
const version = versionOf("kafka_2.13")
const lib = join(cache, `kafka-${version}`)

const wordsOf = (error: unknown): string => {
  const { stdout = "", message } = error as { readonly stdout?: string; readonly message: string }
  const line = stdout.split("\n").find((one) => one.includes("ERROR")) ?? message.split("\n")[0] ?? ""
  return line.slice(0, 200)
}

/** Puts the broker's jars into a folder of their own; who comes at the same time finds all of them or none. */
const copyJars = async () => {
  mkdirSync(cache, { recursive: true })
  const making = mkdtempSync(join(cache, "making-"))
  try {
    const goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", `-DoutputDirectory=${join(making, "lib")}`]
    await run("mvn", ["--batch-mode", "--quiet", "--file", pom, ...goal], 300_000)
    try {
      renameSync(join(making, "lib"), lib)
    } catch (error) {
      if (!existsSync(lib)) throw error
    }
  } finally {
    rmSync(making, { recursive: true, force: true })
  }
}

/** Apache Kafka from Maven Central, unless it is here already. */
export const installKafka = async (): Promise<Installed | NotInstalled> => {
  const why = await provideTools()
  if (why !== undefined) return { why }
  try {
    if (!existsSync(lib)) await copyJars()
  } catch (error) {
    return { why: `Maven does not bring it (${wordsOf(error)})` }
  }
  return readdirSync(lib).includes(`kafka_2.13-${version}.jar`)
    ? { lib, version }
    : { why: "its jars are not complete" }
}
