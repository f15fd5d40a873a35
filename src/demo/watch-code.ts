import { type FSWatcher, globSync, watch } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const source = fileURLToPath(new URL("..", import.meta.url))

/** Milliseconds of quiet after a change: a checkout changes more than one file, and so does an editor. */
const quiet = 200

/**
 * Calls `onChange` whenever code in one of these folders of `src` was changed. Folders are watched, and not files as `node --watch` does:
 * that loses a file which an editor, or git, replaces instead of writing into it.
 */
export const watchCode = (folders: ReadonlyArray<string>, onChange: () => void): void => {
  let timer: NodeJS.Timeout | undefined
  const seen = (_: string, file: string | null) => {
    if (file?.endsWith(".ts") === false) return
    clearTimeout(timer)
    timer = setTimeout(changed, quiet)
  }
  const open = (): ReadonlyArray<FSWatcher> =>
    folders
      .map((folder) => join(source, folder))
      .flatMap((folder) => globSync("**/", { cwd: folder }).map((inside) => join(folder, inside)))
      // That a folder is gone was seen in the one above it.
      .map((folder) => watch(folder, seen).on("error", () => {}))
  let watchers = open()
  const changed = () => {
    const before = watchers
    // Folders come and go.
    watchers = open()
    for (const watcher of before) watcher.close()
    onChange()
  }
}
