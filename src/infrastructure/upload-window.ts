import { period } from "./durations.ts"
import { withDefault } from "./reader.ts"

/** `UPLOAD_WINDOW` in milliseconds. */
export const uploadWindow = withDefault("UPLOAD_WINDOW", period, 30 * 24 * 3_600_000)
