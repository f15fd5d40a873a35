/** What a source file imports: `names` are the exported names, `*` for all of them. */
export type Import = { readonly from: string; readonly names: ReadonlyArray<string> }

// Statements begin a line: the formatter sees to it.
const statement = /^[ \t]*(?:import|export)\b\s*(?:type\s+)?(?:([\w$*{}\s,]+?)\bfrom\s*)?["']([^"'\n]+)["']/gm
const statementStart = /^[ \t]*(?:import\b(?!\s*[.(])|export\s*(?:type\s*)?[{*])/gm
const call = /\bimport\(\s*(?:(["'`])([^"'`$]+)\1\s*[,)])?/g
const worker = /\bnew Worker\(\s*(?:new URL\(\s*["']([^"']+)["'])?/g
const required = /\bcreateRequire\(import\.meta\.url\)\(\s*["']([^"'\n]+)["']\s*\)/g
const hidden = /\b(?:require|createRequire|getBuiltinModule|import\.meta\.resolve)\(/g

const namesIn = (clause: string | undefined): ReadonlyArray<string> => {
  if (clause === undefined) return []
  const [outside = "", inside = ""] = clause.split(/[{}]/)
  const named = inside.split(",").map(
    (part) =>
      part
        .trim()
        .replace(/^type\s+/, "")
        .split(/\s/)[0] ?? ""
  )
  const others = outside.split(",").map((part) => part.trim())
  return [...named, ...others.map((part) => (part === "" ? "" : part.startsWith("*") ? "*" : "default"))].filter(
    Boolean
  )
}

/**
 * All imports of a TypeScript source: static ones and re-exports over any number of lines, for their side effects, of types, by call, by a
 * `createRequire` that is called at once, and of worker threads. What cannot be read for sure is told as `unreadable`, and never passed over.
 */
export const importsOf = (
  source: string
): { readonly imports: ReadonlyArray<Import>; readonly unreadable: ReadonlyArray<string> } => {
  const statements = [...source.matchAll(statement)]
  const calls = [...source.matchAll(call)]
  const workers = [...source.matchAll(worker)]
  const requires = [...source.matchAll(required)]
  const read = new Set(requires.map(({ index }) => index))
  const starts = new Set(statements.map(({ index }) => index))
  return {
    imports: [
      ...statements.map(([, clause, from = ""]) => ({ from, names: namesIn(clause) })),
      ...calls.flatMap(([, , from]) => (from === undefined ? [] : { from, names: ["*"] })),
      ...[...workers, ...requires].flatMap(([, from]) => (from === undefined ? [] : { from, names: ["*"] }))
    ],
    unreadable: [
      ...[...source.matchAll(statementStart)].filter(({ index }) => !starts.has(index)),
      ...calls.filter(([, , from]) => from === undefined),
      ...workers.filter(([, from]) => from === undefined),
      ...[...source.matchAll(hidden)].filter(({ index }) => !read.has(index))
    ].map(([text]) => text.trim())
  }
}
