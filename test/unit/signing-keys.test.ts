import { createPublicKey, generateKeyPairSync } from "node:crypto"
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { inspect } from "node:util"
import { Effect, Result } from "effect"
import { describe, expect, it } from "vitest"
import { ed25519Signer } from "../../src/adapters/signing-key/ed25519-signer.ts"
import { Signer } from "../../src/application/ports/signer.ts"
import { isSignatureOf } from "../../src/application/proof/ed25519.ts"
import { readConfig } from "../../src/infrastructure/config.ts"
import { pemOf, privateKey, signingKey, signingKeyFile } from "../support/signing-keys.ts"
import { startableEnv } from "../support/startable-env.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

type Environment = Readonly<Record<string, string | undefined>>
const read = (environment: Environment, directory = temporaryFolder()) =>
  readConfig({ ...startableEnv, ...environment }, directory)
const keysOf = (environment: Environment, directory?: string) =>
  Result.getOrThrow(read(environment, directory)).signingKeys.map((key) =>
    createPublicKey(key).export({ type: "spki", format: "der" }).toString("base64")
  )
const wrong = (environment: Environment, directory?: string): string =>
  Result.match(read(environment, directory), {
    onSuccess: () => expect.fail("accepted"),
    onFailure: ({ message }) => message
  })
const [one, two] = [pemOf(privateKey(1)), pemOf(privateKey(2))]

describe("signing keys", () => {
  it("are read from a file, in order", () => {
    expect(keysOf({ SIGNING_KEY_FILE: signingKeyFile(2, 1) })).toEqual([2, 1].map((n) => signingKey(n).publicKey))
    const directory = temporaryFolder()
    writeFileSync(join(directory, "keys"), `\n${one.replaceAll("\n", "\r\n")}\n\n${two}`)
    expect(keysOf({ SIGNING_KEY_FILE: "keys" }, directory)).toHaveLength(2)
  })

  it.each([
    ["nothing", ""],
    ["something else", "canary"],
    ["a public key", createPublicKey(privateKey(1)).export({ type: "spki", format: "pem" }).toString()],
    [
      "a key of another kind",
      generateKeyPairSync("x25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString()
    ],
    ["one that is locked", one.replaceAll("PRIVATE KEY", "ENCRYPTED PRIVATE KEY")],
    ["one that was cut", one.slice(0, 60)],
    ["one that was damaged", one.replace("MC4C", "MC4D")],
    ["one among others that is none", `${one}${two.replace("MC4C", "MC4D")}`],
    ["something beside it", `${one}canary`]
  ])("are not read from a file that holds %s", (_, text) => {
    const directory = temporaryFolder()
    writeFileSync(join(directory, "canary-file"), text)
    const message = wrong({ SIGNING_KEY_FILE: "canary-file" }, directory)
    expect(message).toMatch(/\n {2}SIGNING_KEY_FILE takes a file that holds Ed25519 private keys in PKCS#8 PEM/)
    expect(message).not.toMatch(/canary|MC4/)
  })

  it("are not read from a file that cannot be read, whose name is not told", () => {
    const message = wrong({ SIGNING_KEY_FILE: "canary" })
    expect(message).toMatch(/SIGNING_KEY_FILE takes a file that can be read \(ENOENT\)/)
    expect(message).not.toContain("canary")
  })

  it("are made once, for the owner alone, also beside the data of a version that had none", () => {
    const directory = temporaryFolder()
    const file = join(directory, "data", "signing.key")
    mkdirSync(join(directory, "data"))
    writeFileSync(join(directory, "data", "vault.db"), "not empty")
    const first = keysOf({}, directory)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    chmodSync(file, 0o644)
    expect(keysOf({}, directory)).toEqual(first)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(join(directory, "data"))).toEqual(["signing.key", "vault.db"])
    expect(keysOf({ SIGNING_KEY_FILE: "data/signing.key" }, directory)).toEqual(first)
    expect(keysOf({})).not.toEqual(first)
  })

  it("are not made over a file that holds something else, and not while anything else is wrong", () => {
    const directory = temporaryFolder()
    mkdirSync(join(directory, "data"))
    wrong({ PORT: "none" }, directory)
    expect(readdirSync(join(directory, "data"))).toEqual([])
    writeFileSync(join(directory, "data", "signing.key"), "")
    expect(wrong({}, directory)).toMatch(/DATA_DIR has a file signing\.key that holds no Ed25519 private key/)
    expect(readFileSync(join(directory, "data", "signing.key"), "utf8")).toBe("")
  })

  it("are never made in production", () => {
    const directory = temporaryFolder()
    expect(wrong({ NODE_ENV: "production" }, directory)).toMatch(/SIGNING_KEY_FILE is missing; it takes a file/)
    keysOf({}, directory)
    expect(wrong({ NODE_ENV: "production" }, directory)).toMatch("SIGNING_KEY_FILE is missing")
  })

  it("are not shown by the configuration, which nobody can change", () => {
    const config = Result.getOrThrow(read({ SIGNING_KEY_FILE: signingKeyFile(1) }))
    const shown = inspect(config, { depth: 9, showHidden: true }) + JSON.stringify(config)
    const secret = Buffer.alloc(32, 1)
    for (const spelling of [secret.toString("hex"), secret.toString("base64").slice(0, 40), "01 01 01 01"])
      expect(shown).not.toContain(spelling)
    expect(Object.isFrozen(config.signingKeys)).toBe(true)
  })
})

it("the signer signs with the first of them, and knows the others", () => {
  const signer = Effect.runSync(Effect.provide(Signer, ed25519Signer([privateKey(2), privateKey(1), privateKey(3)])))
  expect(signer.current.publicKey).toBe(signingKey(2).publicKey)
  expect(signer.former.map(({ publicKey }) => publicKey)).toEqual([1, 3].map((n) => signingKey(n).publicKey))
  for (const key of [signer.current, ...signer.former]) {
    const signature = key.sign("so be it: é\n")
    expect(signature).toHaveLength(64)
    expect(key.sign("so be it: é\n")).toEqual(signature)
    expect(isSignatureOf("so be it: é\n", signature, key.publicKey)).toBe(true)
    expect(isSignatureOf("so be it: e\n", signature, key.publicKey)).toBe(false)
  }
})
