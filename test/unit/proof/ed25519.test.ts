import { expect, it } from "vitest"
import { readPublicKey } from "../../../src/application/proof/ed25519.ts"
import { weakKeys } from "../../support/forged-notes.ts"
import { signingKey } from "../../support/signing-keys.ts"

// That exports are verified, and forgeries found, is in `test/integration/export-readers.test.ts`: every reader is given the same files.

it("takes the key that a reader trusts as PEM or as base64, and none for which anybody can sign", () => {
  const { publicKey } = signingKey(1)
  const pem = `-----BEGIN PUBLIC KEY-----\n${publicKey.slice(0, 40)}\n${publicKey.slice(40)}\n-----END PUBLIC KEY-----\n`
  for (const given of [publicKey, `${publicKey}\n`, pem, pem.replaceAll("\n", "\r\n")])
    expect(readPublicKey(given)).toBe(publicKey)
  for (const given of ["", "key", publicKey.slice(4), `${publicKey}${publicKey}`, ...weakKeys])
    expect(readPublicKey(given)).toBeUndefined()
})
