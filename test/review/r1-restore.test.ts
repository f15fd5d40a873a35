import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Effect } from "effect"
import { beforeAll, expect, it } from "vitest"
import { erasureLine } from "../../src/application/backups/erasure-list.ts"
import { manifestText, readManifest } from "../../src/application/backups/manifest.ts"
import { canonicalJson } from "../../src/application/history/canonical-json.ts"
import { chain } from "../../src/application/history/chain.ts"
import { streamOf } from "../../src/application/history/ids.ts"
import { EventStore } from "../../src/application/ports/event-store.ts"
import { type Tombstone, Tombstones } from "../../src/application/ports/tombstones.ts"
import { run as backup } from "../../src/infrastructure/commands/backup.ts"
import { run as erasures } from "../../src/infrastructure/commands/erasures.ts"
import { run as keys } from "../../src/infrastructure/commands/keys.ts"
import { run as restore } from "../../src/infrastructure/commands/restore.ts"
import { run as verify } from "../../src/infrastructure/commands/verify.ts"
import { deleteViews } from "../support/delete-views.ts"
import { bytesIn } from "../support/file-bytes.ts"
import { runCommand } from "../support/run-command.ts"
import { runNode } from "../support/run-node.ts"
import { signingKey } from "../support/signing-keys.ts"
import { addSmall, rowsOf, type Small } from "../support/small-data.ts"
import { sqliteLayer } from "../support/sqlite.ts"
import { startableEnv } from "../support/startable-env.ts"
import { newId } from "../support/stored-events.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const signer = signingKey(1)
const tombstoneOf = ({ id, keyId }: Small): Tombstone => {
  const content = {
    registrationId: id,
    erasedAt: "2026-11-26T10:00:00.000Z",
    erasedBy: "acme",
    eventHash: "0".repeat(64),
    publicKey: signer.publicKey
  }
  const signature = Buffer.from(signer.sign(canonicalJson(content))).toString("base64url")
  return { keyId, receipt: { ...content, signature } }
}
const destroy = (dataDir: string, ...smalls: ReadonlyArray<Small>) =>
  Effect.runPromise(
    Effect.provide(
      Tombstones.use(({ destroy }) => destroy(smalls.map(tombstoneOf))),
      sqliteLayer(dataDir)
    )
  )
const preload = fileURLToPath(new URL("../support/die-at-preload.ts", import.meta.url))

const source = temporaryFolder()
const copy = join(temporaryFolder(), "backup")
let small: ReadonlyArray<Small> = []
beforeAll(async () => {
  small = await addSmall(source, 3)
  expect(await runCommand(backup, [copy], { DATA_DIR: source })).toMatchObject({ code: 0 })
})
const erasedSince = async () => {
  const dataDir = temporaryFolder()
  cpSync(source, dataDir, { recursive: true })
  await destroy(dataDir, small[0] as Small)
  return dataDir
}
const wrappedOf = (keyId: string) =>
  String(rowsOf(copy, "vault.db", `SELECT wrapped FROM keys WHERE id = '${keyId}'`)[0]?.["wrapped"])

it("a restore that goes on after a killed one asks for the erasures that were moved aside already", async () => {
  const dataDir = await erasedSince()
  const list = join(temporaryFolder(), "erasures")
  writeFileSync(list, `${erasureLine(tombstoneOf(small[0] as Small))}\n`)
  const env = { DATA_DIR: dataDir, NODE_OPTIONS: `--import=${preload}`, DIE_AT: "renameSync:6" }
  await runNode("src/infrastructure/certreg.ts", ["restore", copy, "--erasures", list], env)
  expect(readdirSync(dataDir).some((name) => name.endsWith("-unfinished"))).toBe(true)
  const again = await runCommand(restore, [copy], { DATA_DIR: dataDir })
  const isBack = existsSync(join(dataDir, "vault.db"))
    ? bytesIn(dataDir, "vault.db").includes(wrappedOf((small[0] as Small).keyId))
    : false
  expect([again.code, isBack]).toEqual([2, false])
})

it("a restore asks for no erasure that the backup knows itself", async () => {
  const dataDir = await erasedSince()
  const folder = join(temporaryFolder(), "backup")
  expect(await runCommand(backup, [folder], { DATA_DIR: dataDir })).toMatchObject({ code: 0 })
  expect(await runCommand(restore, [folder], { DATA_DIR: dataDir })).toMatchObject({ code: 0, stderr: "" })
})

it("takes the erasure of a registration that was forgotten in a restore, and requested anew under another key", async () => {
  // Requested after the backup, erased, forgotten: its id is that of the user's attempt, so that who asks again gets the same one.
  const again = small[0] as Small
  const former = { id: again.id, keyId: newId() }
  const dataDir = temporaryFolder()
  cpSync(source, dataDir, { recursive: true })
  await destroy(dataDir, former)
  const folder = join(temporaryFolder(), "backup")
  expect(await runCommand(backup, [folder], { DATA_DIR: dataDir })).toMatchObject({ code: 0 })
  const list = join(temporaryFolder(), "erasures")
  writeFileSync(list, `${(await runCommand(erasures, [], { DATA_DIR: dataDir })).stdout}\n`)
  const answers = [
    await runCommand(restore, [folder, "--erasures", list], { DATA_DIR: dataDir }),
    await runCommand(restore, [folder], { DATA_DIR: dataDir })
  ]
  expect(answers).toContainEqual(expect.objectContaining({ code: 0 }))
})

it("a restore asks for an erasure that DATA_DIR has in its log, and whose key nobody could destroy yet", async () => {
  const one = small[0] as Small
  const dataDir = temporaryFolder()
  cpSync(source, dataDir, { recursive: true })
  const stream = streamOf(one.id)
  const origin = { actor: { kind: "client", id: "acme" }, correlationId: newId() } as const
  // As a kill leaves it between the event and the key.
  const erase = EventStore.use((store) =>
    Effect.flatMap(store.read(stream), ({ tip }) =>
      store.append(
        stream,
        tip,
        chain(
          stream,
          tip,
          [{ type: "PersonalDataErased", version: 1, data: { reason: "requested" } }],
          origin,
          Date.now()
        )
      )
    )
  )
  await Effect.runPromise(Effect.provide(erase, sqliteLayer(dataDir)))
  const { code } = await runCommand(restore, [copy], { DATA_DIR: dataDir })
  expect([code, bytesIn(dataDir, "vault.db").includes(wrappedOf(one.keyId))]).toEqual([2, true])
})

it("certreg erasures needs no rows", async () => {
  const dataDir = await erasedSince()
  deleteViews(dataDir)
  expect(await runCommand(erasures, [], { DATA_DIR: dataDir })).toMatchObject({ code: 0, stderr: "" })
})

it("certreg erasures lists what a restored directory knows, before its first start", async () => {
  const list = join(temporaryFolder(), "erasures")
  writeFileSync(list, `${erasureLine(tombstoneOf(small[0] as Small))}\n`)
  const dataDir = join(temporaryFolder(), "new")
  await runCommand(restore, [copy, "--erasures", list], { DATA_DIR: dataDir })
  const answer = await runCommand(erasures, [], { DATA_DIR: dataDir })
  expect([answer.code, answer.stdout]).toEqual([0, readFileSync(list, "utf8").trim()])
})

it("certreg verify finds no fault in what was just put back, where the vault was copied later than the log", async () => {
  const dataDir = temporaryFolder()
  cpSync(source, dataDir, { recursive: true })
  await addSmall(dataDir, 2)
  const later = join(temporaryFolder(), "later")
  expect(await runCommand(backup, [later], { DATA_DIR: dataDir })).toMatchObject({ code: 0 })
  // As a backup beside a service that writes: the log first, the vault a little later.
  const folder = temporaryFolder()
  cpSync(join(copy, "log.db"), join(folder, "log.db"))
  cpSync(join(later, "vault.db"), join(folder, "vault.db"))
  const [one, two] = [copy, later].map((from) => readManifest(readFileSync(join(from, "backup.json"), "utf8")))
  if (!one || !two) throw new Error("no manifest")
  const files = [one.files[0], two.files[1]].filter((file) => file !== undefined)
  writeFileSync(join(folder, "backup.json"), manifestText({ ...one, files }))

  const control = join(temporaryFolder(), "control")
  expect(await runCommand(restore, [copy], { DATA_DIR: control })).toMatchObject({ code: 0 })
  expect(await runCommand(verify, [], { DATA_DIR: control })).toMatchObject({ code: 0 })
  const restored = join(temporaryFolder(), "restored")
  expect(await runCommand(restore, [folder], { DATA_DIR: restored })).toMatchObject({ code: 0 })
  const { code, stderr, stdout } = await runCommand(verify, [], { DATA_DIR: restored })
  expect([code, stderr, stdout]).toEqual([0, "", expect.anything()])
})

it("a backup is kept out of DATA_DIR, whatever it is called", async () => {
  const real = temporaryFolder()
  cpSync(source, real, { recursive: true })
  const link = join(temporaryFolder(), "link")
  symlinkSync(real, link)
  const answers = [
    await runCommand(backup, [join(real, "b1")], { DATA_DIR: link }),
    await runCommand(backup, [join(link, "b2")], { DATA_DIR: real })
  ]
  expect(answers.map(({ code }) => code)).toEqual([2, 2])
})

it("restores into a directory by a link, and one with a slash at its end", async () => {
  const real = temporaryFolder()
  cpSync(source, real, { recursive: true })
  const link = join(temporaryFolder(), "link")
  symlinkSync(real, link)
  expect(await runCommand(restore, [copy], { DATA_DIR: link })).toMatchObject({ code: 0 })
  expect(readdirSync(real)).toContain("vault.db")
  expect(await runCommand(restore, [`${copy}/`], { DATA_DIR: `${link}/` })).toMatchObject({ code: 0 })
  expect(readdirSync(real).filter((name) => name.startsWith("before-restore")).length).toBe(2)
})

it("two restores at once: one is done, the other changes nothing", async () => {
  const dataDir = await erasedSince()
  await rm(dataDir)
  mkdirSync(dataDir, { recursive: true })
  const run = () => runNode("src/infrastructure/certreg.ts", ["restore", copy], { DATA_DIR: dataDir })
  const codes = (await Promise.all([run(), run()])).map(({ code }) => code)
  expect(codes.filter((code) => code === 0).length).toBeGreaterThanOrEqual(1)
  expect(codes.every((code) => code === 0 || code === 1)).toBe(true)
  expect(await runCommand(verify, [], { DATA_DIR: dataDir })).toMatchObject({ code: 0 })
})
const rm = async (dir: string) => rmSync(dir, { recursive: true })

it("two backups at once into one folder: one is done, and whole", async () => {
  const folder = join(temporaryFolder(), "b")
  const run = () => runNode("src/infrastructure/certreg.ts", ["backup", folder], { DATA_DIR: source })
  const codes = (await Promise.all([run(), run(), run()])).map(({ code }) => code)
  expect(codes.sort()).toEqual([0, 2, 2])
  expect(await runCommand(restore, [folder], { DATA_DIR: join(temporaryFolder(), "n") })).toMatchObject({ code: 0 })
})

it("certreg keys says what is wrong where lock.db cannot be opened", async () => {
  const dataDir = temporaryFolder()
  await addSmall(dataDir, 1)
  rmSync(join(dataDir, "lock.db"))
  mkdirSync(join(dataDir, "lock.db"))
  const answer = await runCommand(keys, ["rewrap"], { ...startableEnv, DATA_DIR: dataDir })
  expect(answer).toMatchObject({ code: 1, stderr: expect.stringContaining("lock.db: ") })
})
