/** Files of `test/e2e` that run with SQLite alone, and why. */
export const notRepeated: Readonly<Record<string, string>> = {
  "restored.test.ts": "it puts files of the log back, and the server's are others' too",
  "demo.test.ts": "it starts what a developer starts, and that has the embedded store"
}
