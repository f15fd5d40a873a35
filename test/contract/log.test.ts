import { logTo } from "../../src/infrastructure/logging.ts"
import { logContract } from "./log.ts"

logContract("stdout", {
  open: (level) => {
    const lines: Array<string> = []
    return { log: logTo({ write: (line) => lines.push(line) }, level), lines: () => lines }
  },
  program: import.meta.resolve("../support/log-program.ts")
})
