import { cpSync, rmSync } from "node:fs"
import { join } from "node:path"
import { Effect, Layer } from "effect"
import { expect, it } from "vitest"
import { openGroupCommit } from "../../../src/adapters/sqlite/group-commit.ts"
import type { Job, LogPlace } from "../../../src/adapters/sqlite/jobs.ts"
import { prepareDatabases } from "../../../src/adapters/sqlite/prepare.ts"
import { sqliteReadOnlyLayer } from "../../../src/adapters/sqlite/read-only.ts"
import { sqliteTipsLayer } from "../../../src/adapters/sqlite/tips.ts"
import { Tips } from "../../../src/application/ports/tips.ts"
import { newEvent } from "../../support/stored-events.ts"
import { temporaryFolder } from "../../support/temporary-folder.ts"

let streams = 0
const key = (): Job => ["vault", [["createKey", `key-${++streams}`, "wrapped"]]]
const append = (): Job => {
  const stream = `stream-${++streams}`
  const { bytes, hash } = newEvent(stream, 0)
  return ["append", stream, -1, "", [bytes, hash]]
}
const remember: Job = ["vault", [["forgetLog"], ["rememberLog", "log", 1, 0]]]

/** A start: what log and vault knew of each other at its beginning, after which it commits groups. */
const start = (dir: string, groups: ReadonlyArray<ReadonlyArray<Job>> = [], log: LogPlace = "here") => {
  const { epoch, seen } = prepareDatabases(dir, log)
  const { commit, close } = openGroupCommit({ dir, log, epoch })
  for (const jobs of groups)
    for (const outcome of commit(jobs).outcomes) if (typeof outcome === "string") throw new Error(outcome)
  close()
  return seen
}

const copyOf = (dir: string, file: string) => {
  const copy = temporaryFolder()
  cpSync(join(dir, file), join(copy, file))
  return () => {
    for (const suffix of ["-wal", "-shm"]) rmSync(join(dir, file + suffix), { force: true })
    cpSync(join(copy, file), join(dir, file))
  }
}

it("the vault knows the log's end at its last commit, and nothing before the first", () => {
  const dir = temporaryFolder()
  expect(start(dir, [[key()]])).toEqual({ isVaultOlder: false })
  expect(start(dir, [[append(), key(), append()]])).toEqual({ logEnd: 0, isVaultOlder: false })
  // A key is made before the events that are committed with it.
  expect(start(dir, [[append()], [key()]])).toEqual({ logEnd: 0, isVaultOlder: false })
  expect(start(dir)).toEqual({ logEnd: 3, isVaultOlder: false })
})

it("a log that was put back alone ends before what the vault knows of it, until a start takes both for a pair", () => {
  const dir = temporaryFolder()
  start(dir, [[append()], [key()]])
  const putBack = copyOf(dir, "log.db")
  start(dir, [[append()], [key()]])
  putBack()
  const ending = { logEnd: 2, isVaultOlder: false }
  expect(start(dir)).toEqual(ending)
  expect(start(dir, [[key()]])).toEqual(ending)
  expect(start(dir, [[remember]])).toEqual(ending)
  expect(start(dir)).toEqual({ ...ending, logEnd: 1 })
})

it("a vault that was put back alone is older at each start, until one takes both for a pair", () => {
  const dir = temporaryFolder()
  start(dir, [[key(), append()]])
  const putBack = copyOf(dir, "vault.db")
  start(dir, [[key(), append()], [key()], [key(), append()]])
  expect(start(dir).isVaultOlder).toBe(false)
  putBack()
  expect(start(dir).isVaultOlder).toBe(true)
  expect(
    start(
      dir,
      Array.from({ length: 9 }, () => [key(), append()])
    ).isVaultOlder
  ).toBe(true)
  expect(start(dir, [[remember]]).isVaultOlder).toBe(true)
  expect(start(dir, [[key(), append()]]).isVaultOlder).toBe(false)
  expect(start(dir).isVaultOlder).toBe(false)
})

it("a pair that was copied log first is no older vault", () => {
  const dir = temporaryFolder()
  start(dir, [[key(), append()]])
  const putBackLog = copyOf(dir, "log.db")
  start(dir, [[key(), append()]])
  const putBackVault = copyOf(dir, "vault.db")
  start(dir, [[key(), append()]])
  putBackLog()
  putBackVault()
  expect(start(dir).isVaultOlder).toBe(false)
})

it("nothing is known of a log that lies elsewhere", () => {
  const dir = temporaryFolder()
  expect(start(dir, [[key()]], "elsewhere")).toEqual({ isVaultOlder: false })
  expect(start(dir, [[key()]], "elsewhere")).toEqual({ isVaultOlder: false })
})

it("who only looks is told the same", async () => {
  const dir = temporaryFolder()
  start(dir, [[key(), append()]])
  const putBack = copyOf(dir, "vault.db")
  start(dir, [[key(), append()], [key()]])
  const looked = () =>
    Effect.runPromise(
      Effect.map(Tips, ({ seen }) => seen).pipe(
        Effect.provide(sqliteTipsLayer.pipe(Layer.provide(sqliteReadOnlyLayer(dir))))
      )
    )
  expect(await looked()).toEqual({ logEnd: 2, isVaultOlder: false })
  putBack()
  for (let time = 0; time < 2; time++) expect(await looked()).toEqual({ logEnd: 0, isVaultOlder: true })
})
