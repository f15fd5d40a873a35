import { createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { Layer } from "effect"
import { Signer, type SigningKey } from "../../src/application/ports/signer.ts"
import { temporaryFolder } from "./temporary-folder.ts"

/** What comes before the 32 bytes of a private key in its PKCS#8 form (RFC 8410 §7). */
const pkcs8Prefix = Buffer.from("302e020100300506032b657004220420", "hex")

/** The Ed25519 private key of 32 bytes. */
export const privateKeyOf = (seed: Uint8Array): KeyObject =>
  createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: "der", type: "pkcs8" })

/** The same key for the same number, each time. */
export const privateKey = (n: number): KeyObject => privateKeyOf(Buffer.alloc(32, n))

export const pemOf = (key: KeyObject): string => key.export({ type: "pkcs8", format: "pem" }) as string

export const signingKeyOf = (key: KeyObject): SigningKey => ({
  publicKey: createPublicKey(key).export({ type: "spki", format: "der" }).toString("base64"),
  sign: (text) => sign(null, Buffer.from(text), key)
})

/** A key that signs; the same for the same number, each time. */
export const signingKey = (n: number): SigningKey => signingKeyOf(privateKey(n))

/** The numbers of the key that signs, and of those that signed before. */
export const signerOf = (current: number, ...former: ReadonlyArray<number>): Layer.Layer<Signer> =>
  Layer.succeed(Signer, { current: signingKey(current), former: former.map(signingKey) })

/** A file of such keys, for `SIGNING_KEY_FILE`. */
export const signingKeyFile = (...numbers: readonly [number, ...ReadonlyArray<number>]): string => {
  const file = join(temporaryFolder(), "keys.pem")
  writeFileSync(file, numbers.map((n) => pemOf(privateKey(n))).join(""), { mode: 0o600 })
  return file
}
