import { expect, it } from "vitest"
import { runNode } from "../support/run-node.ts"
import { startMain } from "../support/service-program.ts"
import { startableEnv as env } from "../support/startable-env.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const url = "esdb://user:canary@host"

/** What a library does at some later time, where nobody catches it. */
const bugs = {
  "an exception": `throw new RangeError("${url}")`,
  "a rejection": `Promise.reject(new TypeError("${url}"))`,
  "a rejection with no error": `Promise.reject("${url}")`,
  "a rejection of a library's own": `Promise.reject(Object.assign(new Error("${url}"), { code: 14, details: "${url}" }))`
}
const words = {
  "an exception": "RangeError",
  "a rejection": "TypeError",
  "a rejection with no error": "string",
  "a rejection of a library's own": "Error"
}
const imported = (source: string) => ["--import", `data:text/javascript,${encodeURIComponent(source)}`]

// Windows has no such signals.
it.skipIf(process.platform === "win32").each(Object.keys(bugs) as ReadonlyArray<keyof typeof bugs>)(
  "%s that nobody caught ends the service with one word, and what was logged before it gets out",
  async (bug) => {
    const args = imported(`process.on("SIGUSR2", () => { ${bugs[bug]} })`)
    const program = await startMain({ ...env, DATA_DIR: temporaryFolder() }, args)
    program.kill("SIGUSR2")
    expect(await program.ended).toBe(1)
    expect(program.output().split("\n")).toContain(`certreg died of a bug: ${words[bug]}`)
    expect(program.output()).not.toMatch(/canary|\n\s+at /)
    expect(program.output()).toContain('"listening"')
  }
)

it("a command ends the same way", async () => {
  // Once somebody listens, which is before the command has done anything.
  const source = `const timer = setInterval(() => {
    if (process.listenerCount("uncaughtException") === 0) return
    clearInterval(timer)
    throw new Error("${url}")
  }, 1)`
  const NODE_OPTIONS = `--import ${imported(source)[1]}`
  const variables = { ...env, NODE_OPTIONS, DATA_DIR: temporaryFolder() }
  const { code, stderr } = await runNode("src/infrastructure/certreg.ts", ["init"], variables)
  expect({ code, stderr }).toEqual({ code: 1, stderr: "certreg died of a bug: Error\n" })
})
