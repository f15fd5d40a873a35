import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import type { Log, LogFields, Words } from "../../src/application/ports/log.ts"
import { type LogLevel, logLevels } from "../../src/infrastructure/logging.ts"
import { runNode } from "../support/run-node.ts"

export type LogUnderTest = {
  /** A log of a level and above, and the lines that it has written. */
  readonly open: (level: LogLevel) => { readonly log: Log["Service"]; readonly lines: () => ReadonlyArray<string> }
  /**
   * The URL of a program that logs as many lines as its first argument says, counted from 1, says so on stderr, and ends with code 3: as
   * its second argument says, by `exit`, `by itself`, or when its `stdin` ends.
   */
  readonly program: string
}

const everything: Required<LogFields> = {
  requestId: "q",
  correlationId: "c",
  registrationId: "r",
  traceId: "0af7651916cd43dd8448eb211c80319c",
  clientId: "acme",
  route: "/v1/registrations/:id",
  method: "GET",
  status: 200,
  millis: 12.5,
  operation: "poll",
  tag: "PlatformUnavailable",
  code: "http_503",
  stream: "s",
  revision: 0,
  storedName: "Requested.v1",
  count: 1,
  epoch: 2,
  host: "127.0.0.1",
  port: 8080,
  version: "1",
  detail: "All is well." as Words,
  note: "a text\n\n— somebody signature\n"
}

/** More than a pipe and the log together hold. */
const tooMany = 40_000

/** What every log does. */
export const logContract = (name: string, { open, program }: LogUnderTest) => {
  const start = (count: number, end: string) =>
    spawn(process.execPath, [fileURLToPath(program), String(count), end], { stdio: "pipe" })

  describe(`Log: ${name}`, () => {
    it("lets out every field that the port allows", () => {
      const { log, lines } = open("info")
      log.info("everything", everything)
      expect(JSON.parse(lines().join())).toMatchObject({ event: "everything", ...everything })
    })

    it("lets out nothing else, whatever it is given, and does not throw", () => {
      const { log, lines } = open("info")
      const circular: { self?: unknown } = {}
      circular.self = circular
      const given = [
        { nik: "CANARY", err: new Error("CANARY"), level: "CANARY", event: "CANARY" },
        { route: { url: "CANARY" }, tag: ["CANARY"], code: new Error("CANARY"), host: () => "CANARY" },
        { millis: 10n, count: Number.NaN, status: Symbol("CANARY"), stream: circular }
      ]
      for (const fields of given) log.error("odd_fields", fields as unknown as LogFields)
      expect(lines()).toHaveLength(given.length)
      expect(lines().join()).not.toContain("CANARY")
    })

    it("writes one line, whatever its texts hold, of an event that is no format", () => {
      const { log, lines } = open("info")
      log.info("100%s %d", { host: "a\nb" })
      expect(lines().join("").trimEnd().split("\n")).toHaveLength(1)
      expect(JSON.parse(lines().join())).toMatchObject({ event: "100%s %d", host: "a\nb" })
    })

    it("lets through what is as bad as its level, or worse", () => {
      const written = (level: LogLevel) => {
        const { log, lines } = open(level)
        for (const severity of ["debug", "info", "warn", "error"] as const) log[severity](severity)
        return lines()
          .map((line) => JSON.parse(line).event)
          .join(" ")
      }
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

    it.each(["exit", "by itself"])("is complete when the process ends (%s)", async (end) => {
      const { code, stdout } = await runNode(program, ["5000", end], {})
      expect(code).toBe(3)
      const lines = stdout.trimEnd().split("\n")
      expect(lines.map((line) => JSON.parse(line).count)).toEqual(Array.from({ length: 5000 }, (_, index) => index + 1))
    })

    it.each(["exit", "by itself"])("holds nobody up when it is not read (%s)", async (end) => {
      const child = start(tooMany, end)
      expect(await once(child, "exit")).toEqual([3, null])
      child.stdout.destroy()
    })

    it("is no reason to die when its reader is gone", async () => {
      const child = start(tooMany, "by itself")
      child.stdout.destroy()
      expect(await once(child, "exit")).toEqual([3, null])
    })

    it("counts the lines that nobody read in time", async () => {
      const child = start(tooMany, "stdin")
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
}
