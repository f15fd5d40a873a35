/** The code of a system's error. Its message is never shown: it holds a path, or input. */
export const errorCode = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unknown"
