import { cpSync } from "node:fs"
import { Effect } from "effect"
import { Vault } from "../../src/application/ports/vault.ts"
import type { GivenCheckpoint } from "../../src/application/proof/verifying/given-checkpoint.ts"
import { verifyLog } from "../../src/application/proof/verifying/verify-log.ts"
import { readingStores } from "../../src/infrastructure/reading.ts"
import { logId, registrations, reported, signedLog } from "./signed-log.ts"
import { signingKey } from "./signing-keys.ts"
import { sqliteLayer } from "./sqlite.ts"
import { type Tampering, tamper } from "./tampering.ts"
import { temporaryFolder } from "./temporary-folder.ts"

const [first, second] = [signingKey(1), signingKey(2)]
const opened = { version: 2, data: { logId, vaultId: "v", esignEnvironment: "custom", signer: first.publicKey } }

/**
 * A log of 1,811 events, its vault, and how both were before: checkpoints at revisions 0, 1, 3 and 4 of their stream, 2 is a change of the
 * signer, and five events after the last one. Its 30 registrations take turns.
 */
export const writtenLog = async () => {
  const [dataDir, before] = [temporaryFolder(), temporaryFolder()]
  const streams = registrations(30)
  const build = Effect.gen(function* () {
    const log = yield* signedLog(first, opened)
    for (let round = 0; round < 60; round++) {
      yield* Effect.forEach(streams, (stream) => log.append(stream, [reported]), { concurrency: "unbounded" })
      if (round % 15 === 14) yield* log.checkpoint()
      if (round === 29) yield* log.changeSigner(second)
      // What SQLite has under way is in the files, too.
      if (round === 49) cpSync(dataDir, before, { recursive: true })
    }
    for (const stream of streams.slice(0, 5)) yield* log.append(stream, [reported])
    // With it the vault learns how far the log is.
    yield* Vault.use((vault) => vault.createKey("01939d5e-0000-7000-8000-0000000000e4"))
    return log.signed
  })
  const signed = await Effect.runPromise(build.pipe(Effect.provide(sqliteLayer(dataDir))))
  return { dataDir, before, streams, signed }
}

export const copyOf = (dataDir: string): string => {
  const copy = temporaryFolder()
  cpSync(dataDir, copy, { recursive: true })
  return copy
}

/** A copy that somebody changed. */
export const tampered = (dataDir: string, work: (tampering: Tampering) => void): string => {
  const copy = copyOf(dataDir)
  tamper(copy, work)
  return copy
}

export const verify = (dataDir: string, given?: GivenCheckpoint) =>
  verifyLog(given, () => Effect.void).pipe(
    Effect.provide(readingStores({ dataDir, eventStore: { kind: "sqlite" } }, "if_usable")),
    Effect.runPromise
  )
