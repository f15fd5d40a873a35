/** Files of `test/e2e` that run with SQLite alone, and why. */
export const notRepeated: Readonly<Record<string, string>> = {
  "process.test.ts": "it is about signals and variables; `eventstoredb-starts` has the starts with a server",
  "erased-traces.test.ts": "it is about the bytes of keys, which lie in SQLite beside any store",
  "erasing-survives.test.ts": "it is about the destroying of keys, which lie in SQLite beside any store",
  "rebuild.test.ts": "it is about rows, which lie in SQLite beside any store",
  "restored.test.ts": "it puts files of the log back, and the server's are others' too",
  "demo.test.ts": "it starts what a developer starts, and that has the embedded store",
  "examples.test.ts": "it puts the log back, and what it follows is the same with any store",
  "expiry.test.ts": "it is about clocks alone",
  "service-api-configuration.test.ts": "its variables do the same beside any store",
  "service-api-patience.test.ts": "it is about the time limits of requests alone",
  "callback-floods.test.ts": "it is about what callers send, and how often",
  "callback-orders.test.ts": "it is about what the platform says, and when",
  "callback-pauses.test.ts": "it is about the platform's answers alone",
  "confirm-races.test.ts": "it is about the platform's answers and time limits alone",
  "outages-time.test.ts": "it is about the platform's outages alone",
  "put-off.test.ts": "it is about pauses, which are in rows",
  "unknown-outcomes-answers.test.ts": "it is about the platform's answers alone",
  "unknown-outcomes-refused.test.ts": "it is about the platform's answers alone",
  "urls-that-ran-out.test.ts": "it is about the storage's answers alone",
  "unknown-outcomes-token.test.ts": "it is about the platform's token alone"
}
