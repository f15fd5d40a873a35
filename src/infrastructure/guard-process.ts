import { tagOf } from "../application/error-words.ts"

/** What nobody caught, of a library or ours: its kind alone, since message and stack may hold a URL or data. */
const dieOf = (error: unknown): never => {
  console.error(`certreg died of a bug: ${tagOf(error)}`)
  process.exit(1)
}

/**
 * Closes what Node leaves open to whoever shares the machine, without a flag on the command line. What the system keeps of the first
 * environment (`/proc/<pid>/environ`) nobody can take back; the same user alone can read it.
 */
export const guardProcess = (): void => {
  // Without a listener this signal opens a debugger.
  process.on("SIGUSR1", () => {})
  // Diagnostic reports hold the whole environment.
  process.report.excludeEnv = true
  process.on("uncaughtException", dieOf)
  process.on("unhandledRejection", dieOf)
  // Libraries that hear it print what they are given: a connection string with its password, too.
  delete process.env["DEBUG"]
  // Every file and folder is its owner's alone, and his in full, whatever the umask was.
  process.umask(0o077)
}
