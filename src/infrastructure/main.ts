import { guardProcess } from "./guard-process.ts"
import { hearStopSignals } from "./stop-signals.ts"

hearStopSignals()
guardProcess()
// Loaded after that: it takes its time, and the guard is to stand from the start.
await import("./service.ts")
