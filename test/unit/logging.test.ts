import { describe, expect, it } from "vitest"
import { prettyLine } from "../../src/infrastructure/log-line.ts"
import { logTo } from "../../src/infrastructure/logging.ts"

const colour = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, "g")

describe("a log line", () => {
  const lines: Array<string> = []
  const log = logTo({ write: (line) => lines.push(line) }, "info")

  it("is JSON with its level, time, event and fields", () => {
    log.warn("call_failed", { operation: "poll", count: 0 })
    const [line = ""] = lines.splice(0)
    expect(line).toMatch(/^\{.*\}\n$/)
    const { time, ...rest } = JSON.parse(line)
    expect(rest).toEqual({ level: "warn", event: "call_failed", operation: "poll", count: 0 })
    expect(new Date(time).toISOString()).toBe(time)
  })

  it("needs no fields", () => {
    log.info("stopped")
    expect(Object.keys(JSON.parse(lines.splice(0).join())).toSorted()).toEqual(["event", "level", "time"])
  })

  it("reads well on a terminal", () => {
    const line =
      '{"level":"info","time":"2026-11-23T10:00:00.123Z","host":"127.0.0.1","port":8080,"event":"listening"}\n'
    expect(prettyLine(line).replaceAll(colour, "")).toBe("10:00:00.123 INFO listening host=127.0.0.1 port=8080\n")
  })
})
