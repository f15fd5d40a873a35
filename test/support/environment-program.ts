import { once } from "node:events"
import { renameSync, writeFileSync } from "node:fs"
import { Worker } from "node:worker_threads"

// Loaded into a program before it starts (`--import`): at SIGUSR2 it writes into the file SEEN_FILE what the program still knows of its
// environment, what a thread that it starts would inherit, and what a diagnostic report would hold.
const file = process.env["SEEN_FILE"] ?? ""

process.on("SIGUSR2", async () => {
  const worker = new Worker('require("node:worker_threads").parentPort.postMessage({ ...process.env })', { eval: true })
  const [inherited] = await once(worker, "message")
  const seen = { environment: { ...process.env }, inherited, report: process.report.getReport() }
  writeFileSync(`${file}.next`, JSON.stringify(seen))
  renameSync(`${file}.next`, file)
})
