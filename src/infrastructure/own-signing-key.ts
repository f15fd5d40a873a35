import { generateKeyPairSync } from "node:crypto"
import { Result } from "effect"
import { ownFile } from "./own-file.ts"
import type { Problem } from "./problem.ts"
import { type SigningKeys, signingKeys } from "./signing-keys.ts"

const name = "signing.key"

const newKey = (): string =>
  generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString()

/**
 * What is in `signing.key` of the data directory. Directory and file are made when they are missing, also beside data: a log of before has no
 * signer yet, and one that has refuses a key that is not its own.
 */
export const ownSigningKeys = (dataDir: string): Result.Result<SigningKeys, Problem> =>
  Result.flatMap(ownFile(dataDir, name, newKey), (text) => {
    const keys = signingKeys.read(text)
    const rule = `has a file ${name} that holds no Ed25519 private key`
    return keys ? Result.succeed(keys) : Result.fail({ variable: "DATA_DIR", rule })
  })
