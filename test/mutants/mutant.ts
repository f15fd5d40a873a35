import { spawn } from "node:child_process"
import { cpSync, readdirSync, readFileSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const here = fileURLToPath(new URL(".", import.meta.url))
const root = fileURLToPath(new URL("../..", import.meta.url))

/** A protection taken out: the patch that does it, and the test that has to notice. */
export type Mutant = { readonly name: string; readonly protects: string; readonly test: string; readonly patch: string }

const field = (text: string, name: string): string => new RegExp(`^${name}: (.+)$`, "m").exec(text)?.[1] ?? ""

export const mutants: ReadonlyArray<Mutant> = readdirSync(here)
  .filter((file) => file.endsWith(".patch"))
  .map((file) => {
    const patch = readFileSync(join(here, file), "utf8")
    return { name: file.replace(/\.patch$/, ""), protects: field(patch, "Protects"), test: field(patch, "Test"), patch }
  })

/** Those whose test starts no service. */
export const isFast = ({ test }: Mutant): boolean => /^test\/(?:unit|contract)\//.test(test)

type Ended = { readonly code: number | null; readonly output: string }
const run = (command: string, args: ReadonlyArray<string>, cwd: string, input = ""): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ["pipe", "pipe", "pipe"] })
    let output = ""
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => {
        output += chunk
      })
    child.on("error", reject).on("close", (code) => resolve({ code, output }))
    child.stdin.end(input)
  })

/** The sources and tests in another place, with what they need. */
export const copyTo = (dir: string): void => {
  for (const entry of ["src", "test", "package.json", "tsconfig.json", "vitest.config.ts"])
    cpSync(join(root, entry), join(dir, entry), { recursive: true })
  symlinkSync(join(root, "node_modules"), join(dir, "node_modules"))
}

const projectOf = (test: string): string => /^test\/(kafka|unit)\//.exec(test)?.[1] ?? "sqlite"
const testIn = (dir: string, test: string) =>
  // In that project alone: the others would start their servers first.
  run(process.execPath, ["node_modules/vitest/vitest.mjs", "run", test, "--project", projectOf(test), "--bail=1"], dir)

const diffOf = ({ patch }: Mutant): string => patch.slice(patch.indexOf("diff --git"))

/** Whether what it takes out is still there. */
export const applies = async (dir: string, mutant: Mutant): Promise<boolean> =>
  (await run("git", ["apply", "--check", "--recount", "-C1", "-"], dir, diffOf(mutant))).code === 0

/** Applies a mutant to a copy, runs its test, and takes it back. Answers what is wrong; nothing when the test noticed. */
export const survives = async (dir: string, mutant: Mutant): Promise<string | undefined> => {
  const { test } = mutant
  const diff = diffOf(mutant)
  const applied = await run("git", ["apply", "--recount", "-C1", "-"], dir, diff)
  if (applied.code !== 0) return `the patch does not apply any more: ${applied.output}`
  const { code, output } = await testIn(dir, test)
  await run("git", ["apply", "--recount", "-C1", "--reverse", "-"], dir, diff)
  if (code === 0) return `${test} did not notice`
  return /FAIL|failed/.test(output) ? undefined : `${test} did not run: ${output}`
}
