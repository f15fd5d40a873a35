import type { Env } from "./service-program.ts"

/** The environment of a program whose wall clock is ahead. */
export const clockAhead = (millis: number): Env => ({
  NODE_OPTIONS: `--import ${new URL("ahead-clock-preload.ts", import.meta.url).href}`,
  CLOCK_AHEAD: String(millis)
})
