import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { type Manifest, manifestText, readManifest } from "../../application/backups/manifest.ts"
import { codeOf } from "../../application/error-words.ts"
import { syncFile, syncFolder } from "../files/durable.ts"

export const manifestFile = "backup.json"
const unfinished = `${manifestFile}.partial`

/** A folder that a backup is being written to. */
type Claimed = {
  /** Makes a backup of it. Durable when it returns. */
  readonly finish: (manifest: Manifest) => void
  /** Takes everything back out of it. */
  readonly clear: () => void
}

/** What a backup, or half of one, consists of. The manifest comes first, so that what is left of one is none. */
const isOurs = /^(?:backup\.json|\w+\.db)(?:\.partial)?(?:-journal)?$/

/**
 * Takes a new or empty folder (mode 0700) for a backup; undefined where something lies in it, also while somebody else writes one there.
 * Throws the system's error.
 */
export const claimFolder = (folder: string): Claimed | undefined => {
  const made = mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (readdirSync(folder).length > 0 || !isFirst(folder)) return undefined
  chmodSync(folder, 0o700)
  return {
    finish: (manifest) => {
      writeFileSync(join(folder, unfinished), manifestText(manifest))
      syncFile(join(folder, unfinished))
      renameSync(join(folder, unfinished), join(folder, manifestFile))
      syncFolder(folder)
      if (made !== undefined) syncNames(folder, made)
    },
    clear: () => {
      for (const name of readdirSync(folder).sort()) if (isOurs.test(name)) rmSync(join(folder, name))
      if (made !== undefined) rmdirSync(folder)
    }
  }
}

/** Of a folder and those above it, up to the first that was made. */
const syncNames = (folder: string, made: string): void => {
  syncFolder(dirname(folder))
  if (folder !== made) syncNames(dirname(folder), made)
}

const isFirst = (folder: string): boolean => {
  try {
    writeFileSync(join(folder, unfinished), "", { flag: "wx", mode: 0o600 })
    return true
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false
    throw error
  }
}

/** What a folder says that it holds; undefined when it is no backup, or one of a later version. */
export const manifestOf = (folder: string): Manifest | undefined => {
  const text = textOf(join(folder, manifestFile))
  return text === undefined ? undefined : readManifest(text)
}

const textOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, "utf8")
  } catch {
    return undefined
  }
}
