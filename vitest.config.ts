import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Only what hangs for ever gets that far.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    maxWorkers: 2
  }
})
