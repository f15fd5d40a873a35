import { describe, expect, it } from "vitest"
import { makeReportPrinter } from "../../src/adapters/cli/report-printer.ts"
import type { Report } from "../../src/application/ports/operator-requests.ts"

/** What is printed of reports that come after so many milliseconds. */
const printed = (isTerminal: boolean, ...reports: ReadonlyArray<readonly [at: number, report: Report]>) => {
  let now = 0
  const lines: Array<string> = []
  const print = makeReportPrinter({ stdout: (line) => lines.push(line), isTerminal }, () => now)
  for (const [at, report] of reports) {
    now = at
    print(report)
  }
  return lines
}
const at = (done: number): Report => ({ state: "running", done, of: 200, text: `${done} events.` })

describe("how a request stands is printed", () => {
  const half = [0, 300, 600, 900, 1200, 1500].map((millis) => [millis, at(millis / 300)] as const)
  it("once a second where somebody looks on", () => {
    expect(printed(true, ...half)).toEqual(["  0 %  0 events.", "  2 %  4 events."])
  })

  it("every five seconds elsewhere, or when a tenth more is done", () => {
    expect(printed(false, ...half)).toEqual(["  0 %  0 events."])
    expect(printed(false, [0, at(0)], [10, at(19)], [20, at(21)], [30, at(39)], [40, at(40)], [6000, at(41)])).toEqual([
      "  0 %  0 events.",
      " 10 %  21 events.",
      " 20 %  40 events.",
      " 20 %  41 events."
    ])
  })

  it("at once where it begins, and without a number where there is none", () => {
    const running: Report = { state: "running" }
    const named: Report = { state: "running", text: "It goes on." }
    expect(printed(false, [0, { state: "waiting" }], [1, running], [2, named], [3, named])).toEqual([
      "The service is asked.",
      "It goes on."
    ])
  })
})
