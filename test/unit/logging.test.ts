import { describe, expect, it } from "vitest"
import type { LogFields } from "../../src/application/ports/log.ts"
import { prettyLine } from "../../src/infrastructure/log-line.ts"
import { type LogLevel, logLevels, logTo } from "../../src/infrastructure/logging.ts"

const colour = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, "g")

const logged = (level: LogLevel) => {
  const lines: Array<string> = []
  return { log: logTo({ write: (line) => lines.push(line) }, level), lines }
}

describe("a log line", () => {
  it("is JSON with its level, time, event and fields", () => {
    const { log, lines } = logged("info")
    log.warn("call_failed", { operation: "poll", code: "http_503", millis: 12.5, count: 0 })
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/^\{.*\}\n$/)
    const { time, ...rest } = JSON.parse(lines[0] ?? "")
    expect(rest).toEqual({
      level: "warn",
      event: "call_failed",
      operation: "poll",
      code: "http_503",
      millis: 12.5,
      count: 0
    })
    expect(new Date(time).toISOString()).toBe(time)
  })

  it("needs no fields", () => {
    const { log, lines } = logged("info")
    log.info("stopped")
    expect(Object.keys(JSON.parse(lines[0] ?? "")).toSorted()).toEqual(["event", "level", "time"])
  })

  it("holds nothing that the port does not allow, whatever it is given", () => {
    const { log, lines } = logged("info")
    const more = { code: "E1", nik: "CANARY", err: new Error("CANARY"), level: "CANARY", route: { url: "CANARY" } }
    log.error("upload_failed", more as unknown as LogFields)
    expect(lines.join()).not.toContain("CANARY")
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: "error", code: "E1" })
  })

  it("is one line, with an event that is no format", () => {
    const { log, lines } = logged("info")
    log.info("100%s %d", { host: "a\nb" })
    expect(lines.join("").split("\n")).toHaveLength(2)
    expect(JSON.parse(lines[0] ?? "").event).toBe("100%s %d")
  })

  it("reads well on a terminal", () => {
    const line =
      '{"level":"info","time":"2026-11-23T10:00:00.123Z","host":"127.0.0.1","port":8080,"event":"listening"}\n'
    expect(prettyLine(line).replaceAll(colour, "")).toBe("10:00:00.123 INFO listening host=127.0.0.1 port=8080\n")
  })
})

describe("the level", () => {
  const written = (level: LogLevel) => {
    const { log, lines } = logged(level)
    log.debug("debug")
    log.info("info")
    log.warn("warn")
    log.error("error")
    return lines.map((line) => JSON.parse(line).event).join(" ")
  }
  it("lets through what is as bad or worse", () => {
    expect(Object.fromEntries(logLevels.map((level) => [level, written(level)]))).toEqual({
      trace: "debug info warn error",
      debug: "debug info warn error",
      info: "info warn error",
      warn: "warn error",
      error: "error",
      fatal: "",
      silent: ""
    })
  })
})
