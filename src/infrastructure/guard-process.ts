/**
 * Closes what Node leaves open to whoever shares the machine, without a flag on the command line. What the system keeps of the first
 * environment (`/proc/<pid>/environ`) nobody can take back; the same user alone can read it.
 */
export const guardProcess = (): void => {
  // Without a listener this signal opens a debugger.
  process.on("SIGUSR1", () => {})
  // Diagnostic reports hold the whole environment.
  process.report.excludeEnv = true
  // Every file and folder is its owner's alone, and his in full, whatever the umask was.
  process.umask(0o077)
}
