/** Files of `test/e2e` that run with SQLite alone, and why. */
export const notRepeated: Readonly<Record<string, string>> = {
  "restored.test.ts": "it puts files of the log back, and the server's are others' too",
  "demo.test.ts": "it starts what a developer starts, and that has the embedded store",
  "expiry.test.ts": "it is about clocks alone",
  "service-api-configuration.test.ts": "its variables do the same beside any store",
  "service-api-patience.test.ts": "it is about the time limits of requests alone",
  "unknown-outcomes-token.test.ts": "it is about the platform's token alone"
}
