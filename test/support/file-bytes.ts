import { execFileSync } from "node:child_process"
import { readdirSync } from "node:fs"
import { join } from "node:path"

/**
 * All bytes of the files of a directory, read by another process: closing a descriptor of an open database drops this process's locks on
 * it.
 */
export const bytesIn = (dir: string, prefix = ""): Buffer => {
  const files = readdirSync(dir).filter((file) => file.startsWith(prefix))
  return execFileSync("cat", ["--", ...files.map((file) => join(dir, file))], { maxBuffer: 2 ** 30 })
}
