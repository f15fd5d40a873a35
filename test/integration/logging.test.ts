import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { runNode } from "../support/run-node.ts"

const program = import.meta.resolve("../support/log-program.ts")
const start = (...args: ReadonlyArray<string>) => spawn(process.execPath, [fileURLToPath(program), ...args])

/** More than the pipe and the log together hold. */
const tooMany = 40_000

describe("the log of a process", () => {
  it.each(["exit", "by itself"])("is complete when the process ends (%s)", async (end) => {
    const { code, stdout } = await runNode(program, ["5000", end], {})
    expect(code).toBe(3)
    const lines = stdout.trimEnd().split("\n")
    expect(lines.map((line) => JSON.parse(line).count)).toEqual(Array.from({ length: 5000 }, (_, index) => index + 1))
  })

  it.each(["exit", "by itself"])("holds nobody up when it is not read (%s)", async (end) => {
    const child = start(String(tooMany), end)
    expect(await once(child, "exit")).toEqual([3, null])
    child.stdout.destroy()
  })

  it("is no reason to die when its reader is gone", async () => {
    const child = start(String(tooMany), "by itself")
    child.stdout.destroy()
    expect(await once(child, "exit")).toEqual([3, null])
  })

  it("counts the lines that nobody read in time", async () => {
    const child = start(String(tooMany), "stdin")
    await once(child.stderr, "data")
    let read = 0
    for await (const line of createInterface(child.stdout)) {
      const { event, count } = JSON.parse(line)
      if (event === "log_lines_dropped") {
        expect(count).toBe(tooMany - read)
        child.stdin.end()
      } else read++
    }
    expect(read).toBeGreaterThan(0)
    expect(read).toBeLessThan(tooMany)
  })
})
