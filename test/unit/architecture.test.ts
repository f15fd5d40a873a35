import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { sourcesIn, violationsIn } from "../support/architecture.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const src = fileURLToPath(new URL("../../src", import.meta.url))

describe("the architecture", () => {
  it("holds", () => {
    expect(sourcesIn(src).length).toBeGreaterThan(100)
    expect(violationsIn(src)).toEqual([])
  })
})

/** Writes files into a folder of their own and checks them. */
const check = (files: { readonly [file: string]: string }): ReadonlyArray<string> => {
  const folder = temporaryFolder()
  for (const [file, source] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), source)
  }
  return violationsIn(folder)
}

describe("the check of the architecture catches", () => {
  it.each([
    ["domain/a.ts", 'import { Effect } from "effect"\n'],
    ["domain/a.ts", 'import {\n  Schema,\n  Layer as L\n} from "effect"\n'],
    ["domain/a.ts", 'import { Schema, type Context } from "effect"\n'],
    ["domain/a.ts", 'import type * as Config from "effect/Config"\n'],
    ["domain/a.ts", 'import * as E from "effect"\n'],
    ["domain/a.ts", 'import effect from "effect"\n'],
    ["domain/a.ts", 'import { hash } from "node:crypto"\n'],
    ["domain/a.ts", 'import { v7 } from "uuid"\n'],
    ["domain/a.ts", 'import type { Tip } from "../application/ports/event-store.ts"\n'],
    ["domain/registration/a.ts", 'export { load } from "../../application/load.ts"\n'],
    ["domain/registration/a.ts", 'export * from "../../adapters/esign/host.ts"\n'],
    ["domain/a.ts", 'export type Far = import("../infrastructure/app.ts").App\n'],
    ["application/a.ts", 'import "../adapters/sqlite/schema.ts"\n'],
    ["application/a.ts", 'export const load = () => import("../infrastructure/config.ts")\n'],
    ["application/a.ts", 'export const load = () =>\n  import(\n    "fastify"\n  )\n'],
    ["application/a.ts", 'import { readFileSync } from "node:fs"\n'],
    ["application/a.ts", 'import { request } from "undici"\n'],
    ["application/a.ts", 'import { x } from "../support/given.ts"\n'],
    ["application/a.ts", 'import { x } from "/etc/x.ts"\n'],
    ["application/a.ts", 'const { x } = require("fastify")\n'],
    ["application/a.ts", 'const { x } = createRequire(import.meta.url)("fastify")\n'],
    [
      "adapters/http/a.ts",
      'export const load = () =>\n  createRequire(import.meta.url)(\n    "../sqlite/schema.ts"\n  )\n'
    ],
    ["adapters/http/a.ts", "const require = createRequire(import.meta.url)\n"],
    ["adapters/http/a.ts", "export const load = (name: string) => createRequire(import.meta.url)(name)\n"],
    ["application/a.ts", 'const fs = process.getBuiltinModule("node:fs")\n'],
    ["application/a.ts", "export const load = (name: string) => import(name)\n"],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
    ["application/a.ts", "export const load = (name: string) => import(`../adapters/${name}.ts`)\n"],
    ["application/a.ts", 'import {\n  // what it\'s for\n  x\n} from "../adapters/http/x.ts"\n'],
    ["adapters/http/a.ts", 'import { config } from "../../infrastructure/config.ts"\n'],
    ["adapters/http/a.ts", 'import { schema } from "../sqlite/schema.ts"\n'],
    [
      "adapters/http/a.ts",
      'export const thread = new Worker(new URL("../sqlite/writer-worker.ts", import.meta.url))\n'
    ],
    ["adapters/http/a.ts", "export const thread = (file: URL) => new Worker(file)\n"],
    ["adapters/esign/a.ts", 'import { options } from "../../simulator/options.ts"\n'],
    ["adapters/files/a.ts", 'import { host } from "../esign/host.ts"\n'],
    ["infrastructure/a.ts", 'import { options } from "../simulator/options.ts"\n'],
    ["infrastructure/a.ts", 'const demo = await import("../demo/main.ts")\n'],
    ["simulator/a.ts", 'import type { Nik } from "../domain/applicant/nik.ts"\n'],
    ["simulator/a.ts", 'import { Effect } from "effect"\n'],
    ["demo/a.ts", 'import { simulator } from "../simulator/simulator.ts"\n'],
    ["elsewhere/a.ts", "export const x = 1\n"],
    ["domain/a.ts", "export default 1\n"],
    ["adapters/http/a.ts", "const x = 1\nexport { x as default }\n"],
    ["domain/index.ts", "export const x = 1\n"],
    ["domain/NikParser.ts", "export const x = 1\n"],
    ["infrastructure/a.ts", 'import { DatabaseSync } from "node:sqlite"\n'],
    ["adapters/http/a.ts", 'export const open = () => import("node:sqlite")\n'],
    ["infrastructure/a.ts", 'import { copyFileSync } from "node:fs"\ncopyFileSync("data/log.db", "backup/log.db")\n'],
    ["infrastructure/a.ts", 'import { readFile } from "node:fs/promises"\nawait readFile("data/vault.db")\n'],
    ["infrastructure/a.ts", 'import * as fs from "node:fs"\nfs.openSync("views-1.db")\n'],
    ["infrastructure/a.ts", 'import fs from "fs"\nfs.openSync("lock.db")\n'],
    ["adapters/cli/a.ts", 'import { readFileSync } from "node:fs"\nreadFileSync("requests.db")\n'],
    ["adapters/sqlite/a.ts", 'import { openSync } from "node:fs"\n'],
    ["infrastructure/a.ts", 'import { cpSync } from "node:fs"\nimport { log } from "../adapters/sqlite/schema.ts"\n'],
    [
      "application/a.ts",
      'import { Effect } from "effect"\nexport const f = (n: number) =>\n  Effect.gen(function* () {})\n'
    ],
    ["adapters/http/a.ts", 'import { Effect } from "effect"\nfunction f() {\n  return Effect.gen(function* () {})\n}\n']
  ])("%s: %j", (file, source) => {
    const violations = check({ [file]: source })
    expect(violations.length).toBeGreaterThan(0)
    for (const violation of violations) expect(violation.startsWith(`${file}: `)).toBe(true)
  })
})

describe("the check of the architecture lets through", () => {
  it("what each layer may do", () => {
    expect(
      check({
        "domain/applicant/nik.ts":
          'import {\n  Result,\n  type Schema\n} from "effect"\nimport * as Option from "effect/Option"\n',
        "domain/registration/decide.ts":
          'import { nik } from "../applicant/nik.ts"\nexport type { Nik } from "../applicant/nik.ts"\n',
        "application/chain.ts":
          'import { hash } from "node:crypto"\nimport { Effect } from "effect"\nimport { v5 } from "uuid"\nimport { nik } from "../domain/applicant/nik.ts"\nexport const f = Effect.fnUntraced(function* () {})\nexport const once = Effect.gen(function* () {})\n',
        "adapters/sqlite/writer.ts":
          'import { chmodSync, mkdirSync } from "node:fs"\nimport { DatabaseSync } from "node:sqlite"\nimport { chain } from "../../application/chain.ts"\nimport { a } from "./writer-worker.ts"\nnew Worker(new URL("./writer-worker.ts", import.meta.url))\n',
        "adapters/http/load.ts":
          'import { createRequire } from "node:module"\nexport const load = () => createRequire(import.meta.url)("fastify")\n',
        "adapters/sqlite/writer-worker.ts": "export const a = \"import { x } from '../http/x.ts'\"\n",
        "infrastructure/app.ts":
          'import { writer } from "../adapters/sqlite/writer.ts"\nimport { chain } from "../application/chain.ts"\nconst server = await import("../adapters/http/server.ts")\n',
        "infrastructure/first-start.ts":
          'import { existsSync } from "node:fs"\nexport const isNew = !existsSync("log.db")\n',
        "infrastructure/keys.ts":
          'import { readFileSync } from "node:fs"\nexport const key = readFileSync("master.key")\n',
        "simulator/main.ts": 'import { createServer } from "node:http"\nimport fastify from "fastify"\n',
        "demo/programs.ts": 'import { spawn } from "node:child_process"\nspawn("node", ["src/simulator/main.ts"])\n'
      })
    ).toEqual([])
  })
})
