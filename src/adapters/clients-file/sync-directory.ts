import { closeSync, fsyncSync, openSync } from "node:fs"

/** Makes durable what was made, linked or renamed in a directory. */
export const syncDirectory = (directory: string): void => {
  // Windows opens no directories, and needs none of it.
  if (process.platform === "win32") return
  const descriptor = openSync(directory, "r")
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
