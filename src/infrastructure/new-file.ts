import { existsSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { syncFile, syncFolder } from "../adapters/files/durable.ts"

/** Whether there is something at a path already. */
export const isTaken = (path: string): boolean => existsSync(path)

/** Writes a file that is there whole, and on the disk, or not at all; for its owner alone. Throws the system's error. */
export const writeNewFile = (path: string, bytes: Uint8Array): void => {
  const partial = `${path}.${process.pid}.partial`
  try {
    writeFileSync(partial, bytes, { mode: 0o600, flag: "wx" })
    syncFile(partial)
    renameSync(partial, path)
    syncFolder(dirname(path))
  } catch (error) {
    rmSync(partial, { force: true })
    throw error
  }
}
