import { globSync, readFileSync } from "node:fs"
import { basename, join, posix } from "node:path"
import { type Import, importsOf } from "./source-imports.ts"

/** The parts of Effect that are data and nothing else. */
const dataModules =
  "Array BigDecimal Brand Data Equal Equivalence Exit Function Match Number Option Order Predicate Record Redacted Result Schema SchemaAST SchemaGetter SchemaIssue SchemaTransformation String Struct Tuple absurd flow hole identity pipe"
const isData = (name: string) => dataModules.split(" ").includes(name)

/** What does nothing with the content of a file: no descriptor of it is opened, and so none is closed. */
const harmless =
  /^(?:access|chmod|constants|exists|lstat|mkdir|mkdtemp|readdir|realpath|rename|rm|rmdir|stat|statfs|unlink|Stats|PathLike)(?:Sync)?$/
const dataFile = /\b(?:log|vault|lock|requests)\.db\b|\bviews-/

type Layer = {
  /** Folders of `src` that it may import from, beside its own. */
  readonly sees: ReadonlyArray<string>
  readonly mayImport: (one: Import) => boolean
}
const anything = () => true
const isNode = ({ from }: Import) => from.startsWith("node:")
const isEffect = ({ from }: Import) => from === "effect" || from.startsWith("effect/")

const layers: { readonly [folder: string]: Layer } = {
  domain: {
    sees: [],
    mayImport: (one) =>
      isEffect(one) && (one.from === "effect" ? one.names.every(isData) : isData(one.from.slice("effect/".length)))
  },
  application: {
    sees: ["domain"],
    mayImport: (one) => isEffect(one) || ["uuid", "node:crypto", "node:zlib"].includes(one.from)
  },
  adapters: { sees: ["domain", "application"], mayImport: anything },
  infrastructure: { sees: ["domain", "application", "adapters"], mayImport: anything },
  simulator: { sees: [], mayImport: (one) => isNode(one) || ["fastify", "undici"].includes(one.from) },
  demo: { sees: [], mayImport: isNode }
}

const folderOf = (file: string): string => file.split("/")[0] ?? ""
const isAdapter = (file: string): boolean => folderOf(file) === "adapters"
/** An adapter is a folder of its own: they do not know each other. */
const unitOf = (file: string): string => (isAdapter(file) ? file.split("/").slice(0, 2).join("/") : folderOf(file))

/** No adapter, but what several of them do with files: it stands for no port. */
const plainFiles = "adapters/files"

/** The file of `src` behind a relative import; undefined for a package. */
const targetOf = (file: string, { from }: Import): string | undefined =>
  from.startsWith(".") ? posix.join(posix.dirname(file), from) : undefined

type Rule = (file: string, source: string, imports: ReadonlyArray<Import>) => ReadonlyArray<string>

const pointsInward: Rule = (file, _, imports) => {
  const layer = layers[folderOf(file)]
  if (!layer) return ["lies in no layer"]
  const isAllowed = (one: Import): boolean => {
    const target = targetOf(file, one)
    if (target === undefined) return !one.from.startsWith("/") && layer.mayImport(one)
    const unit = unitOf(target)
    return unit === unitOf(file) || layer.sees.includes(folderOf(target)) || (isAdapter(file) && unit === plainFiles)
  }
  return imports
    .filter((one) => !isAllowed(one))
    .map(({ from, names }) => `may not import ${from} {${names.join(", ")}}`)
}

/** Holds an empty lock file of its own through SQLite, whose locks die with their holder; it knows no data file. */
const lockHolder = "adapters/clients-file/file-change.ts"

const sqliteStaysAtHome: Rule = (file, _, imports) =>
  unitOf(file) !== "adapters/sqlite" && file !== lockHolder && imports.some(({ from }) => from === "node:sqlite")
    ? ["may not import node:sqlite: only adapters/sqlite does"]
    : []

/** Closing any descriptor of a database drops the process's locks on it: a second writer would get in unseen. */
const onlySqliteOpensData: Rule = (file, source, imports) => {
  const isNear =
    unitOf(file) === "adapters/sqlite" ||
    dataFile.test(source) ||
    imports.some((one) => unitOf(targetOf(file, one) ?? "") === "adapters/sqlite")
  if (!isNear) return []
  return imports
    .filter(({ from }) => /^(?:node:)?fs(?:\/promises)?$/.test(from))
    .flatMap(({ names }) => names.filter((name) => !harmless.test(name)))
    .map((name) => `knows the data files and may not use ${name} of node:fs`)
}

const namedExports: Rule = (_, source) =>
  /^export\s+default\b|^export\s*\{[^}]*\bas\s+default\b/m.test(source) ? ["has a default export"] : []

const namedFiles: Rule = (file) =>
  /^[a-z0-9]+(?:-[a-z0-9]+)*\.ts$/.test(basename(file)) && basename(file) !== "index.ts"
    ? []
    : ["is not named in kebab-case, or is a barrel"]

/** A generator made for each call costs ten times as much as one of the module (`Effect.fnUntraced`). */
const noGeneratorPerCall: Rule = (file, source) =>
  ["application", "adapters"].includes(folderOf(file)) && /(?:=>|\breturn)\s*Effect\.gen\(/.test(source)
    ? ["makes an Effect.gen for each call"]
    : []

const rules = [pointsInward, sqliteStaysAtHome, onlySqliteOpensData, namedExports, namedFiles, noGeneratorPerCall]

export const sourcesIn = (src: string): ReadonlyArray<string> =>
  globSync("**/*", { cwd: src, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(src.length + 1)
        .replaceAll("\\", "/")
    )
    .sort()

/** What in the folder `src` breaks a rule of the architecture: one line each, `file: what`. */
export const violationsIn = (src: string): ReadonlyArray<string> =>
  sourcesIn(src).flatMap((file) => {
    const source = readFileSync(join(src, file), "utf8")
    const { imports, unreadable } = importsOf(source)
    return [
      ...unreadable.map((text) => `cannot be read for sure: ${text}`),
      ...rules.flatMap((rule) => rule(file, source, imports))
    ].map((what) => `${file}: ${what}`)
  })
