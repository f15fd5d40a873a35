/** What is still to be undone when a worker ends before its tests did it. */
const left = new Set<() => void>()
const undo = () => {
  for (const work of left) work()
  left.clear()
}
process.once("exit", undo)
// The runner ends its workers with this signal, and nothing else would run then.
process.once("SIGTERM", () => {
  undo()
  process.kill(process.pid, "SIGTERM")
})

/** Does something that takes no time when this process ends, unless what it answers was called before. */
export const atTheLatest = (work: () => void): (() => void) => {
  left.add(work)
  return () => void left.delete(work)
}
