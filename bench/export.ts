import { generateKeyPairSync, hash, sign as signWith } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { openMigrated } from "../src/adapters/sqlite/migrations.ts"
import * as schema from "../src/adapters/sqlite/schema.ts"
import { chain } from "../src/application/history/chain.ts"
import { checkpointStream, logStream, newId, streamOf } from "../src/application/history/ids.ts"
import { type NewEvent, noStream, type Tip, tipOf } from "../src/application/ports/event-store.ts"
import { checkpointText, firstPrevious, hashOfText } from "../src/application/proof/checkpoint-note.ts"
import { exportRegistration } from "../src/application/proof/exporting/export-registration.ts"
import { leafHash, TreeHasher } from "../src/application/proof/merkle-tree.ts"
import { encodeEvent, type StoredData } from "../src/domain/registration/event-codec.ts"
import { readingStores } from "../src/infrastructure/reading.ts"
import { histories } from "../test/support/registration-events.ts"
import { median } from "./rounds.ts"

/** The events of a registration that was issued, with sealed fields of the usual size. */
const history = histories.issued.map((event) => {
  const box = "x".repeat(900)
  if (event._tag === "Requested") return encodeEvent({ ...event, personal: { ...event.personal, box } })
  return encodeEvent(event._tag === "UrlsIssued" ? { ...event, urls: { ...event.urls, box } } : event)
})
const origin = { actor: { kind: "process", id: "bench" }, correlationId: newId() } as const
const keys = generateKeyPairSync("ed25519")
const publicKey = keys.publicKey.export({ type: "spki", format: "der" }).toString("base64")
const logId = newId()
/** What lies between the events of those that are exported is only read, and never looked into. */
const other = "x".repeat(500)
/** Registrations between two events of one that is exported: these lie under three or four checkpoints. */
const apart = 150
/** Events of one checkpoint, as the service signs. */
const covered = 1000

/** Two events a registration; answers the ids of those that are whole, and have a history of the usual length. */
const fill = (dir: string, registrations: number, whole: number): ReadonlyArray<string> => {
  openMigrated(dir, schema.vault).close()
  const db = openMigrated(dir, schema.log)
  db.exec("BEGIN")
  const insert = db.prepare("INSERT INTO events (position, stream, revision, bytes, hash) VALUES (?, ?, ?, ?, ?)")
  const named = db.prepare("INSERT INTO streams (name) VALUES (?) ON CONFLICT DO UPDATE SET id = id RETURNING id")
  const idOf = (stream: string) => (named.get(stream) as { readonly id: number }).id
  const tips = new Map<string, Tip>()
  let tree = new TreeHasher()
  let position = 0
  let previous = firstPrevious

  const put = (stream: number, { revision, bytes, hash }: Pick<NewEvent, "revision" | "bytes" | "hash">) => {
    insert.run(++position, stream, revision, bytes, hash)
    tree.add(leafHash(position, hash))
  }
  const append = (stream: string, data: StoredData) => {
    for (const event of chain(stream, tips.get(stream) ?? noStream, [data], origin, Date.now())) {
      put(idOf(stream), event)
      tips.set(stream, tipOf(event))
    }
  }
  const sign = () => {
    const said = { previous, count: tree.count, lastPosition: position, root: tree.root().toString("hex") }
    const text = checkpointText({ ...said, logId })
    const signature = signWith(null, Buffer.from(text), keys.privateKey).toString("base64")
    tree = new TreeHasher()
    previous = hashOfText(text)
    append(checkpointStream, { type: "CheckpointSigned", version: 1, data: { ...said, signature } })
  }

  const opened = { logId, vaultId: "v", esignEnvironment: "custom", signer: publicKey }
  append(logStream, { type: "LogOpened", version: 2, data: opened })
  const ids = Array.from({ length: whole }, newId)
  const between = Math.min(Math.floor(registrations / whole / history.length), apart)
  for (let n = 0, event = 0; n < registrations; n++) {
    const stream = idOf(streamOf(newId()))
    for (const revision of [0, 1]) put(stream, { revision, bytes: other, hash: hash("sha256", `${n} ${revision}`) })
    if (n % between === 0 && event < whole * history.length) {
      append(streamOf(ids[Math.floor(event / history.length)] ?? ""), history[event++ % history.length] as StoredData)
    }
    if (tree.count >= covered - 3) sign()
  }
  sign()
  db.exec("COMMIT")
  db.close()
  return ids
}

/** Exports registrations one after the other from a large log: milliseconds of each, and how many checkpoints it needed. */
export const run = async (registrations = 1_000_000, whole = 40) => {
  const dataDir = mkdtempSync(join(tmpdir(), "certreg-bench-"))
  try {
    const ids = fill(dataDir, registrations, whole)
    const millis: Array<number> = []
    let ranges = 0
    const each = Effect.forEach(ids, (id) =>
      Effect.gen(function* () {
        const began = performance.now()
        const { file, uncoveredFrom } = yield* exportRegistration(id)
        millis.push(performance.now() - began)
        if (uncoveredFrom !== undefined || file.events.length !== history.length) throw new Error("not whole")
        ranges += file.checkpoints.length
      })
    )
    const stores = readingStores({ dataDir, eventStore: { kind: "sqlite" } }, "if_usable")
    const before = process.cpuUsage()
    await Effect.runPromise(Effect.provide(each, stores))
    const { user, system } = process.cpuUsage(before)
    return {
      millis: Number(median(millis).toFixed(1)),
      slowest: Number(Math.max(...millis).toFixed(1)),
      cpuMillis: Number(((user + system) / 1000 / ids.length).toFixed(1)),
      checkpoints: Number((ranges / ids.length).toFixed(1))
    }
  } finally {
    rmSync(dataDir, { recursive: true })
  }
}

if (import.meta.main) console.log(await run(Number(process.argv[2] ?? 1_000_000)))
