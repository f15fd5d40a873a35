import { accessSync, constants, statfsSync, statSync } from "node:fs"
import { dirname } from "node:path"
import { codeOf } from "../application/error-words.ts"
import type { Config } from "./config.ts"
import type { Check } from "./reader.ts"
import { dataDirOf, isProduction } from "./variables.ts"

/** File systems (statfs(2), Linux) whose locks or memory maps SQLite cannot rely on, or that forget everything with the machine. */
const unfit: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xfe534d42, "SMB2"],
  [0xff534d42, "CIFS"],
  [0x01021997, "9p"],
  [0x65735546, "FUSE"],
  [0x01021994, "tmpfs"],
  [0x858458f6, "ramfs"]
])

/** The name of a file system, given its number, that data are not safe on. */
export const unfitFileSystem = (type: number): string | undefined => unfit.get(type >>> 0)

const statsOf = (path: string) => statSync(path, { throwIfNoEntry: false })

/** A path, or the part of it that is there already. Throws the system's error. */
const existing = (path: string): string => (statsOf(path) || dirname(path) === path ? path : existing(dirname(path)))

/** What keeps a directory from being used, or made: an error's code. */
const accessProblem = (directory: string): string | undefined => {
  try {
    const found = existing(directory)
    if (!statsOf(found)?.isDirectory()) return "ENOTDIR"
    // In the directory it is made in it may be allowed to make it: that is tried.
    if (found === directory) accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK)
    return undefined
  } catch (error) {
    return codeOf(error)
  }
}

/** Other systems than Linux have no such numbers. */
const unfitFileSystemOf = (directory: string): string | undefined => {
  if (process.platform !== "linux") return undefined
  try {
    return unfitFileSystem(statfsSync(existing(directory)).type)
  } catch {
    return undefined
  }
}

/** Whether `DATA_DIR`, seen from a directory, is a place for data; in production it has to be a disk of this machine. */
export const usableDataDir =
  (directory: string): Check =>
  (variables) => {
    const dataDir = dataDirOf(variables, directory)
    const wrong = (rule: string) => [{ variable: "DATA_DIR", rule }]
    const code = accessProblem(dataDir)
    if (code !== undefined) return wrong(`takes a directory that can be read and written (${code})`)
    const fileSystem = isProduction(variables) ? unfitFileSystemOf(dataDir) : undefined
    if (fileSystem === undefined) return []
    return wrong(`takes a directory on a disk of this machine; this one is on ${fileSystem}, where data are not safe`)
  }

/** What is no reason not to start, and has to be said. */
export const dataDirWarnings = ({ dataDir }: Pick<Config, "dataDir">) => {
  const fileSystem = unfitFileSystemOf(dataDir)
  const mode = process.platform === "win32" ? 0 : (statsOf(dataDir)?.mode ?? 0)
  return [
    ...(fileSystem === undefined ? [] : [{ event: "data_dir_on_unfit_file_system", fields: { code: fileSystem } }]),
    ...((mode & 0o077) === 0 ? [] : [{ event: "data_dir_open_to_others", fields: {} }])
  ]
}
