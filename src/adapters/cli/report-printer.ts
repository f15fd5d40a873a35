import * as Effect from "effect/Effect"
import type { Report } from "../../application/ports/operator-requests.ts"
import type { Output } from "./say.ts"

/** Milliseconds between two lines: where somebody looks on, and where they are kept. */
const pauses = { terminal: 1000, elsewhere: 5000 }
/** Of a hundred: so much is worth a line before the pause is over. */
const step = 10

/** Prints how a request stands, one line at a time and not too often. */
export const makeReportPrinter = (
  { stdout, isTerminal }: Omit<Output, "stderr">,
  clock: () => number = () => performance.now()
): ((report: Report) => void) => {
  const pause = isTerminal ? pauses.terminal : pauses.elsewhere
  let printedAt = Number.NEGATIVE_INFINITY
  let printed: { readonly state?: Report["state"]; readonly percent: number } = { percent: 0 }

  return (report) => {
    const percent = percentOf(report)
    const isStep = !isTerminal && percent >= printed.percent + step
    if (printed.state === report.state && !isStep && clock() - printedAt < pause) return
    const line = lineOf(report)
    if (line === undefined) return
    printedAt = clock()
    printed = { state: report.state, percent: percent - (percent % step) }
    stdout(line)
  }
}

/** The same for what tells how it goes on. */
export const tellOn = (output: Output): ((report: Report) => Effect.Effect<void>) => {
  const print = makeReportPrinter(output)
  return (report) => Effect.sync(() => print(report))
}

const percentOf = ({ done, of }: Report): number =>
  done === undefined || of === undefined || of === 0 ? 0 : Math.floor((done / of) * 100)

const lineOf = (report: Report): string | undefined => {
  if (report.state === "waiting") return report.text ?? "The service is asked."
  if (report.text === undefined) return undefined
  return report.done === undefined ? report.text : `${String(percentOf(report)).padStart(3)} %  ${report.text}`
}
