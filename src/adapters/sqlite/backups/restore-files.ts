import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs"
import { join } from "node:path"
import type { DatabaseSync } from "node:sqlite"
import type { Tombstone } from "../../../application/ports/tombstones.ts"
import { syncFolder } from "../../files/durable.ts"
import { DataDirRefused } from "../data-dir-refused.ts"
import * as schema from "../schema.ts"
import { copyDatabase } from "./copy-database.ts"
import { copyRestoredVault } from "./restored-vault.ts"

/** Files of a data directory that go with its log and its vault. */
const ofData = /^(?:log|vault|views-\d+|requests)\.db(?:-wal|-shm|-journal)?$/
const partial = ".partial"
const between = `${schema.vault.file}.copied`
/** What a restore was at work on. */
const workFile = /^(?:log|vault)\.db\.(?:partial|copied)(?:-wal|-shm|-journal)?$/

/** While a folder is called so, some files of the directory are the former ones, and some the restored ones, or none is there. */
const halfRestored = /^before-restore-\w+-unfinished$/

const halfRestoredIn = (dir: string): string | undefined =>
  existsSync(dir) ? readdirSync(dir).find((name) => halfRestored.test(name)) : undefined

/** Refuses a directory that holds half of a restore: nothing in it goes together. */
export const refuseHalfRestored = (dir: string): void => {
  const file = halfRestoredIn(dir)
  if (file !== undefined) throw new DataDirRefused({ file, reason: "half_restored" })
}

/** Removes what a restore left that died before it changed anything: copies of keys that nobody would destroy. */
export const removePartials = (dir: string): void => {
  for (const name of readdirSync(dir)) if (workFile.test(name)) rmSync(join(dir, name))
}

/**
 * Where the files lie that are there before a restore. One that died may have moved some of them aside: what is left of them follows, so that
 * they lie together.
 */
export const formerFilesOf = (dir: string): string => {
  const unfinished = halfRestoredIn(dir)
  if (unfinished === undefined) return dir
  moveAside(dir, join(dir, unfinished))
  return join(dir, unfinished)
}

/** Copies of a backup; `log` is absent where it lies elsewhere. */
export type Copies = { readonly log?: DatabaseSync; readonly vault: DatabaseSync }

/** Makes the files of a restore beside those that are there. Answers their paths, which are to be synced. */
export const makePartials = (
  dir: string,
  { log, vault }: Copies,
  tombstones: ReadonlyArray<Tombstone>
): ReadonlyArray<string> => {
  removePartials(dir)
  copyRestoredVault(vault, dir, schema.vault.file + partial, between, tombstones)
  if (log) copyDatabase(log, dir, schema.log.file + partial)
  return (log ? [schema.vault, schema.log] : [schema.vault]).map(({ file }) => join(dir, file + partial))
}

/**
 * Moves what is there aside and puts the files of a restore in its place. Whenever it dies, the start finds either what was there, or a
 * directory that it refuses until a restore got through. Answers the name of the folder with what was there before, if anything was.
 */
export const putInPlace = (dir: string, time: string): string | undefined => {
  const unfinished = halfRestoredIn(dir) ?? `before-restore-${time}-unfinished`
  const aside = join(dir, unfinished)
  mkdirSync(aside, { recursive: true, mode: 0o700 })
  syncFolder(dir)
  moveAside(dir, aside)
  syncFolder(aside)
  for (const { file } of [schema.vault, schema.log])
    if (existsSync(join(dir, file + partial))) renameSync(join(dir, file + partial), join(dir, file))
  syncFolder(dir)
  const finished = unfinished.slice(0, -"-unfinished".length)
  const isEmpty = readdirSync(aside).length === 0
  if (isEmpty) rmSync(aside, { recursive: true })
  else renameSync(aside, join(dir, finished))
  syncFolder(dir)
  return isEmpty ? undefined : finished
}

/** Each database before what belongs to it: without its WAL it would open, and hold less. */
const moveAside = (dir: string, aside: string): void => {
  const safe = new Set(readdirSync(aside))
  for (const name of readdirSync(dir)
    .filter((name) => ofData.test(name))
    .sort()) {
    // One of that name is safe already: this one was put here by a restore that died.
    if (safe.has(name)) rmSync(join(dir, name))
    else renameSync(join(dir, name), join(aside, name))
  }
}
