import { closeSync, fsyncSync, openSync } from "node:fs"

/** Returns when what was written to a file lies on the disk. Not for a database that somebody has open: closing it drops locks. */
export const syncFile = (path: string): void => sync(path, "r+")

/** The same for the names in a folder. Windows knows no such thing. */
export const syncFolder = (path: string): void => {
  if (process.platform !== "win32") sync(path, "r")
}

const sync = (path: string, flags: "r" | "r+"): void => {
  const file = openSync(path, flags)
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
