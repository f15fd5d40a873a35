import fs from "node:fs"
import { syncBuiltinESMExports } from "node:module"

// `--import` of this kills a program with SIGKILL just before it calls a function of `node:fs` for the nth time: DIE_AT=renameSync:3.
const [name, nth] = (process.env["DIE_AT"] ?? "").split(":") as [keyof typeof fs, string]
const called = fs[name] as (...args: ReadonlyArray<unknown>) => unknown
let count = 0
Object.assign(fs, {
  [name]: (...args: ReadonlyArray<unknown>) => {
    if (++count === Number(nth)) process.kill(process.pid, "SIGKILL")
    return called(...args)
  }
})
syncBuiltinESMExports()
