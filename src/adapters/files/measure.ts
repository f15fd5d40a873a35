import { createHash } from "node:crypto"
import { closeSync, openSync, readSync } from "node:fs"

const chunk = 1024 * 1024

/** How many bytes a file has, and their SHA-256 (hex). Not for a database that somebody has open: closing it drops locks. */
export const measureFile = (path: string): { readonly bytes: number; readonly sha256: string } => {
  const hash = createHash("sha256")
  const buffer = Buffer.allocUnsafe(chunk)
  const file = openSync(path, "r")
  try {
    let bytes = 0
    for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) {
      hash.update(buffer.subarray(0, read))
      bytes += read
    }
    return { bytes, sha256: hash.digest("hex") }
  } finally {
    closeSync(file)
  }
}
