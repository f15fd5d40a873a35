import { createPrivateKey, type KeyObject } from "node:crypto"
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { Result } from "effect"
import { codeOf } from "../application/error-words.ts"
import type { Kind, Reader } from "./reader.ts"
import { isProduction } from "./variables.ts"

/** Ed25519 private keys: the first signs, the others signed before it. */
export type SigningKeys = readonly [KeyObject, ...ReadonlyArray<KeyObject>]

const block = /-----BEGIN PRIVATE KEY-----[A-Za-z0-9+/=\s]*-----END PRIVATE KEY-----/g

const readBlock = (pem: string): KeyObject | undefined => {
  try {
    const key = createPrivateKey(pem)
    return key.asymmetricKeyType === "ed25519" ? key : undefined
  } catch {
    return undefined
  }
}

export const signingKeys: Kind<SigningKeys> = {
  takes: "Ed25519 private keys in PKCS#8 PEM (openssl genpkey -algorithm ed25519), the one that signs first",
  read: (text) => {
    const [first, ...more] = [...text.matchAll(block)].map(([pem]) => readBlock(pem))
    const isKey = (key: KeyObject | undefined) => key !== undefined
    // What lies around the blocks may be one that was broken on its way.
    const isAll = text.replace(block, "").trim() === ""
    return isAll && first && more.every(isKey) ? Object.freeze<SigningKeys>([first, ...more]) : undefined
  }
}

/** The keys that the configuration gives; undefined when it leaves them to us, which it may not do in production. */
export const givenSigningKeys =
  (directory: string): Reader<SigningKeys | undefined> =>
  (variables) => {
    const fail = (rule: string) => Result.fail([{ variable: "SIGNING_KEY_FILE", rule }])
    const takes = `takes a file that holds ${signingKeys.takes}`
    const file = variables["SIGNING_KEY_FILE"]
    if (file === undefined) return isProduction(variables) ? fail(`is missing; it ${takes}`) : Result.succeed(undefined)
    try {
      const keys = signingKeys.read(readFileSync(resolve(directory, file), "utf8"))
      return keys ? Result.succeed(keys) : fail(takes)
    } catch (error) {
      return fail(`takes a file that can be read (${codeOf(error)})`)
    }
  }
