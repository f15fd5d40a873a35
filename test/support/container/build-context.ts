import { readFileSync } from "node:fs"
import { join } from "node:path"

/** A path and the folders that it lies in. */
const withParents = (path: string): ReadonlyArray<string> =>
  path.split("/").map((_, i, parts) => parts.slice(0, i + 1).join("/"))

/** Names that begin with a dot are names like any other to Docker. */
const matcher = (pattern: string): RegExp => {
  const source = pattern
    .replace(/[.+^${}()|\\]/g, "\\$&")
    .replace(/\*\*\/|\*|\?/g, (wild) => ({ "**/": "(?:.*/)?", "*": "[^/]*", "?": "[^/]" })[wild] ?? wild)
  return new RegExp(`^${source}$`)
}

/** Whether a path of a folder is part of what is sent to the builder: of the lines of its `.dockerignore`, the last that fits counts. */
export const buildContext = (folder: string): ((path: string) => boolean) => {
  const rules = readFileSync(join(folder, ".dockerignore"), "utf8")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => ({ isException: line.startsWith("!"), matches: matcher(line.replace(/^!/, "")) }))
  return (path) =>
    rules.findLast(({ matches }) => withParents(path).some((part) => matches.test(part)))?.isException ?? true
}
