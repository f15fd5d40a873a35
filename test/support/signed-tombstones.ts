import { Effect } from "effect"
import { canonicalJson } from "../../src/application/history/canonical-json.ts"
import { type Tombstone, Tombstones } from "../../src/application/ports/tombstones.ts"
import { signingKey } from "./signing-keys.ts"
import type { Small } from "./small-data.ts"
import { sqliteLayer } from "./sqlite.ts"

const signer = signingKey(1)

/** The tombstone of a registration's key, with a receipt that is signed. */
export const signedTombstone = ({ id, keyId }: Small): Tombstone => {
  const content = {
    registrationId: id,
    erasedAt: "2026-11-26T10:00:00.000Z",
    erasedBy: "acme",
    eventHash: "0".repeat(64)
  }
  const signature = Buffer.from(signer.sign(canonicalJson(content))).toString("base64url")
  return { keyId, receipt: { ...content, signature, publicKey: signer.publicKey } }
}

/** Destroys keys in the vault of a directory that nobody works on. */
export const destroyKeys = (dataDir: string, ...those: ReadonlyArray<Small>): Promise<void> =>
  Tombstones.use(({ destroy }) => destroy(those.map(signedTombstone))).pipe(
    Effect.provide(sqliteLayer(dataDir)),
    Effect.runPromise
  )
