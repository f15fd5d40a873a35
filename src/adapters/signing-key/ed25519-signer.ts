import { createPublicKey, type KeyObject, sign } from "node:crypto"
import { Layer } from "effect"
import { Signer, type SigningKey } from "../../application/ports/signer.ts"

const signingKeyOf = (key: KeyObject): SigningKey => ({
  publicKey: createPublicKey(key).export({ type: "spki", format: "der" }).toString("base64"),
  sign: (text) => sign(null, Buffer.from(text), key)
})

/** Signs with private keys that this process holds, all of them Ed25519: the first signs, the others signed before it. */
export const ed25519Signer = ([first, ...others]: readonly [
  KeyObject,
  ...ReadonlyArray<KeyObject>
]): Layer.Layer<Signer> =>
  Layer.sync(Signer, () => ({ current: signingKeyOf(first), former: others.map(signingKeyOf) }))
