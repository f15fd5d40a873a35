import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"
import { notRepeated } from "./test/run/not-repeated.ts"

/** What needs a server of EventStoreDB. */
const ofEventStoreDb = [
  "test/contract/eventstoredb-event-store.test.ts",
  "test/integration/eventstoredb-double.test.ts"
]

/** What needs a broker of Apache Kafka. */
const ofKafka = "test/kafka/**/*.test.ts"

// What the workers and the programs that they start have in common is compiled once.
process.env["NODE_COMPILE_CACHE"] ??= fileURLToPath(new URL("node_modules/.cache/certreg-tests", import.meta.url))

/** What leaves nothing behind in its process: these files share one, and are spared the start of their own. */
const together = "test/unit/**/*.test.ts"

export default defineConfig({
  test: {
    // Only what hangs for ever gets that far.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: "sqlite",
          include: ["test/**/*.test.ts"],
          exclude: [...ofEventStoreDb, ofKafka, together],
          env: { EVENT_STORE: "sqlite" }
        }
      },
      {
        extends: true,
        test: {
          name: "unit",
          include: [together],
          isolate: false,
          env: { EVENT_STORE: "sqlite" }
        }
      },
      {
        extends: true,
        test: {
          name: "eventstoredb",
          include: ["test/e2e/**/*.test.ts", "test/chaos/chaos.test.ts", ...ofEventStoreDb],
          exclude: Object.keys(notRepeated).map((file) => `test/e2e/${file}`),
          globalSetup: "test/run/global-setup.ts",
          setupFiles: "test/run/use-event-store-db.ts"
        }
      },
      {
        extends: true,
        test: {
          name: "kafka",
          include: [ofKafka],
          globalSetup: "test/run/kafka-global-setup.ts",
          env: { EVENT_STORE: "sqlite" }
        }
      }
    ]
  }
})
