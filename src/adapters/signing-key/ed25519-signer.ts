import { createPublicKey, type KeyObject, sign } from "node:crypto"
import { Layer } from "effect"
import { Signer, type SigningKey } from "../../application/ports/signer.ts"
import { spkiOf } from "../../application/proof/ed25519.ts"

const signingKeyOf = (key: KeyObject): SigningKey => ({
  publicKey: spkiOf(createPublicKey(key)),
  sign: (text) => sign(null, Buffer.from(text), key)
})

/** Signs with private keys that this process holds, all of them Ed25519: the first signs, the others signed before it. */
export const ed25519Signer = ([first, ...others]: readonly [
  KeyObject,
  ...ReadonlyArray<KeyObject>
]): Layer.Layer<Signer> =>
  Layer.sync(Signer, () => ({ current: signingKeyOf(first), former: others.map(signingKeyOf) }))
