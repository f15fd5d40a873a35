import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { inspect } from "node:util"
import { Redacted, Result } from "effect"
import { describe, expect, it } from "vitest"
import { isFromPlatform } from "../../src/adapters/http/request/callback-auth.ts"
import { readConfig } from "../../src/infrastructure/config.ts"
import { spelt, unknownVariables } from "../../src/infrastructure/unknown-variables.ts"
import { signingKeyFile } from "../support/signing-keys.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const masterKey = Buffer.alloc(32, 7).toString("base64")
const otherMasterKey = Buffer.alloc(32, 8).toString("base64")
const required = {
  ESIGN_ENVIRONMENT: "sandbox",
  ESIGN_CLIENT_ID: "b31fa508-331c-4e9e-9a60-b0f28c3f7e13",
  ESIGN_PASS_KEY: "2c7b2893-e49f-4cf3-89e6-1b9c5bf0500b",
  ESIGN_ONBOARDING_PARTNER: "CLIENT_X-BE-CERT_REG",
  ESIGN_CALLBACK_AUTH: "bearer callback-secret",
  MASTER_KEY: masterKey
}
type Environment = Readonly<Record<string, string | undefined>>

const read = (environment: Environment, directory = temporaryFolder()) =>
  readConfig({ ...required, ...environment }, directory)
const configOf = (environment: Environment, directory?: string) => Result.getOrThrow(read(environment, directory))
const wrong = (environment: Environment, directory?: string): string =>
  Result.match(read(environment, directory), {
    onSuccess: () => expect.fail("accepted"),
    onFailure: ({ message }) => message
  })
const namedIn = (message: string): ReadonlyArray<string> =>
  message
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(" ")[0] ?? "")

describe("defaults", () => {
  it("are those of the contract", () => {
    const directory = temporaryFolder()
    const { masterKeys, signingKeys, credentials, ...rest } = configOf({}, directory)
    const minutes = 60_000
    expect(rest).toMatchObject({
      isProduction: false,
      dataDir: join(directory, "data"),
      clientsFile: join(directory, "data", "clients.json"),
      logLevel: "info",
      eventStore: { kind: "sqlite" },
      kafka: undefined,
      server: { host: "127.0.0.1", port: 8080, keepAliveTimeout: 75_000, shutdownDelay: 0 },
      storageHosts: { anyPublic: true },
      unknownVariables: [],
      partnerUserIdType: undefined,
      settings: {
        maxAttempts: 50,
        uploadWindow: 30 * 24 * 60 * minutes,
        giveUpAfter: 7 * 24 * 60 * minutes,
        verdictPollAfter: 10 * minutes,
        verdictPollMax: 360 * minutes,
        sweepInterval: 5_000,
        retryMaxDelay: minutes,
        esignTimeout: 10_000,
        esignConcurrency: 64
      }
    })
    expect(rest.server.rateLimit).toBeUndefined()
    expect([masterKeys, signingKeys].map(({ length }) => length)).toEqual([1, 1])
    expect(credentials.onboardingPartner).toBe("CLIENT_X-BE-CERT_REG")
  })

  it("hold for what is set to nothing", () => {
    expect(configOf({ PORT: "", KAFKA_BROKERS: "", DATA_DIR: "", LOG_LEVEL: "" }).server.port).toBe(8080)
  })
})

describe("the variables of the contract", () => {
  const named = [
    ..."HOST PORT DATA_DIR EVENT_STORE EVENTSTOREDB_URL DATABASE_URL KAFKA_BROKERS KAFKA_TOPIC KAFKA_SSL".split(" "),
    ..."KAFKA_SASL_MECHANISM KAFKA_SASL_USERNAME KAFKA_SASL_PASSWORD ESIGN_ENVIRONMENT ESIGN_BASE_URL".split(" "),
    ..."ESIGN_TOKEN_BASE_URL ESIGN_CLIENT_ID ESIGN_PASS_KEY ESIGN_ONBOARDING_PARTNER ESIGN_CALLBACK_AUTH".split(" "),
    ..."ESIGN_CONCURRENCY MAX_ATTEMPTS ESIGN_STORAGE_HOSTS PARTNER_USER_ID_TYPE MASTER_KEY MASTER_KEY_FILE".split(" "),
    ..."SIGNING_KEY_FILE API_CLIENTS_FILE VERDICT_POLL_AFTER VERDICT_POLL_MAX SWEEP_INTERVAL UPLOAD_WINDOW".split(" "),
    ..."GIVE_UP_AFTER ESIGN_TIMEOUT RETRY_MAX_DELAY ERASE_AFTER KEEP_ALIVE_TIMEOUT SHUTDOWN_DELAY".split(" "),
    ..."RATE_LIMIT LOG_LEVEL EVENTSTOREDB_STREAM_PREFIX CHECKPOINT_INTERVAL".split(" ")
  ]
  /** Any text is a path. */
  const paths = ["DATA_DIR", "API_CLIENTS_FILE"]

  it("are all read, and named in one message with what they take", () => {
    const wanted = named.filter((name) => !paths.includes(name))
    const message = wrong(Object.fromEntries(wanted.map((name) => [name, "can\u0001ary?"])))
    // The two that exclude each other are one mistake; URLs of the platform are named beside a wrong word.
    expect(namedIn(message).toSorted()).toEqual(wanted.filter((name) => name !== "MASTER_KEY").toSorted())
    expect(namedIn(wrong({ MASTER_KEY: "can\u0001ary?" }))).toEqual(["MASTER_KEY"])
    expect(message).not.toContain("ary?")
    for (const line of message.split("\n").slice(1))
      expect(line).toMatch(/ (?:takes .+|is not supported by this version|is not taken together with MASTER_KEY)\.$/)
  })

  it("are all known, so that none is taken for a slip of the pen", () => {
    const all = Object.fromEntries(named.map((name) => [name, "x"]))
    expect([spelt(all), Result.getOrThrow(unknownVariables(all))]).toEqual([[], []])
  })
})

describe("what is wrong", () => {
  it.each(Object.keys(required).filter((name) => name !== "MASTER_KEY"))(
    "names %s when it is set to nothing",
    (name) => {
      expect(wrong({ [name]: "" })).toMatch(new RegExp(`^  ${name} is missing; it takes .+\\.$`, "m"))
    }
  )

  it("is named all at once when nothing is given", () => {
    const nothing = Object.fromEntries(Object.keys(required).map((name) => [name, undefined]))
    expect(namedIn(wrong(nothing)).toSorted()).toEqual([
      "ESIGN_CALLBACK_AUTH",
      "ESIGN_CLIENT_ID",
      "ESIGN_ENVIRONMENT",
      "ESIGN_ONBOARDING_PARTNER",
      "ESIGN_PASS_KEY"
    ])
  })

  it("is named once each, wherever it is", () => {
    const message = wrong({
      PORT: "eighty",
      VERDICT_POLL_AFTER: "soon",
      SWEEP_INTERVAL: "-1",
      EVENT_STORE: "mongo",
      LOG_LEVEL: "loud",
      ESIGN_ENVIRONMENT: "prod",
      ESIGN_BASE_URL: "no url",
      RATE_LIMIT: "none"
    })
    expect(namedIn(message).toSorted()).toEqual([
      "ESIGN_BASE_URL",
      "ESIGN_ENVIRONMENT",
      "EVENT_STORE",
      "LOG_LEVEL",
      "PORT",
      "RATE_LIMIT",
      "SWEEP_INTERVAL",
      "VERDICT_POLL_AFTER"
    ])
  })

  it.each([
    ["PORT", "65536"],
    ["PORT", "-1"],
    ["PORT", "8e3"],
    ["PORT", " 80"],
    ["HOST", "http://localhost"],
    ["HOST", "a b"],
    ["PORT", "0x50"],
    ["MAX_ATTEMPTS", "10001"],
    ["MAX_ATTEMPTS", "-1"],
    ["MAX_ATTEMPTS", "1.5"],
    ["ESIGN_CONCURRENCY", "many"],
    ["ESIGN_CONCURRENCY", "10001"],
    ["RATE_LIMIT", "0.000"],
    ["RATE_LIMIT", "-1"],
    ["RATE_LIMIT", "1e3"],
    ["RATE_LIMIT", "10/s"],
    ["RATE_LIMIT", "Infinity"],
    ["ESIGN_TIMEOUT", "10seconds"],
    ["ESIGN_TIMEOUT", "10 Seconds"],
    ["ESIGN_TIMEOUT", "10 milli"],
    ["ESIGN_TIMEOUT", "1e1 seconds"],
    ["ESIGN_TIMEOUT", "0.0001 seconds"],
    ["KEEP_ALIVE_TIMEOUT", "0 seconds"],
    ["SWEEP_INTERVAL", "1 week"],
    ["ESIGN_TIMEOUT", "10"],
    ["ESIGN_TIMEOUT", "0 seconds"],
    ["ESIGN_TIMEOUT", "25 days"],
    ["ESIGN_TIMEOUT", "ten seconds"],
    ["RETRY_MAX_DELAY", "10 sec"],
    ["UPLOAD_WINDOW", "99999 days"],
    ["SHUTDOWN_DELAY", "-5 seconds"],
    ["VERDICT_POLL_MAX", "9 minutes"],
    ["LOG_LEVEL", "INFO"],
    ["PARTNER_USER_ID_TYPE", "with space"],
    ["ESIGN_CLIENT_ID", "with space"],
    ["ESIGN_PASS_KEY", "ends-with-a-newline\n"],
    ["ESIGN_ONBOARDING_PARTNER", "nön-ascii"],
    ["ESIGN_CALLBACK_AUTH", "digest user:secret"],
    ["ESIGN_CALLBACK_AUTH", "bearer one\ndigest two"],
    ["ESIGN_STORAGE_HOSTS", "https://storage.example/path"],
    ["ESIGN_ENVIRONMENT", "Production"],
    ["MASTER_KEY", "c2hvcnQ="],
    ["MASTER_KEY", `${masterKey},`],
    ["MASTER_KEY", Buffer.alloc(32, 7).toString("hex")],
    ["EVENT_STORE", "postgres"]
  ])("%s does not take %j, which is not repeated", (variable, value) => {
    const message = wrong({ [variable]: value })
    expect(namedIn(message)).toEqual([variable])
    expect(message).not.toContain(value)
  })

  it.each([
    ["MAX_ATTEMPTS", "0"],
    ["ESIGN_CONCURRENCY", "0"],
    ["RATE_LIMIT", "0"],
    ["GIVE_UP_AFTER", "0 days"],
    ["RETRY_MAX_DELAY", "0 seconds"]
  ])("%s does not take %j", (variable, value) => {
    expect(namedIn(wrong({ [variable]: value }))).toEqual([variable])
  })

  it("has no key made", () => {
    const directory = temporaryFolder()
    wrong({ MASTER_KEY: undefined, PORT: "none" }, directory)
    expect(existsSync(join(directory, "data"))).toBe(false)
  })
})

describe("what this version does not support", () => {
  it("stops the start", () => {
    const message = wrong({ DATABASE_URL: "postgres://localhost/certreg" })
    expect(namedIn(message)).toEqual(["DATABASE_URL"])
    expect(message).toContain("not supported by this version")
  })
})

describe("numbers", () => {
  it.each([
    ["PORT", "0", 0],
    ["PORT", "65535", 65_535],
    ["RATE_LIMIT", "10", 10],
    ["RATE_LIMIT", "0.5", 0.5],
    ["MAX_ATTEMPTS", "1", 1],
    ["MAX_ATTEMPTS", "10000", 10_000],
    ["ESIGN_CONCURRENCY", "1", 1]
  ])("%s takes %s", (variable, text, value) => {
    const { server, settings } = configOf({ [variable]: text })
    const values = {
      PORT: server.port,
      RATE_LIMIT: server.rateLimit,
      MAX_ATTEMPTS: settings.maxAttempts,
      ESIGN_CONCURRENCY: settings.esignConcurrency
    }
    expect(values).toMatchObject({ [variable]: value })
  })
})

describe("ESIGN_CALLBACK_AUTH", () => {
  const secrets = ["user:pass-canary", "token-canary", "X-Api-Key:key-canary"]

  it.each([
    ["basic", [1]],
    ["basic nobody-canary", [1]],
    ["digest user:pass-canary", [1]],
    ["bearer token-canary\nbearer", [2]],
    ["bearer token canary\nbasic user:pass-canary\n\nheader X-Api-Key\nnone", [1, 4]],
    ["basic user:pass-canary\r\nheader X Api Key:key-canary\r\nnone of these canary", [2, 3]]
  ])("%j is wrong in the lines %j, of which only the numbers are told", (text, lines) => {
    const message = wrong({ ESIGN_CALLBACK_AUTH: text })
    expect(message).toContain("takes one of: basic USER:PASSWORD, bearer TOKEN, header NAME:VALUE, none")
    expect(message).toContain(`(wrong in line ${lines.join(", ")})`)
    expect(message).not.toContain("canary")
  })

  it("takes each form, one a line", () => {
    const text = [`basic ${secrets[0]}`, `bearer ${secrets[1]}`, `header ${secrets[2]}`].join("\n")
    const { callbackAuth } = configOf({ ESIGN_CALLBACK_AUTH: text })
    const authorization = `Basic ${Buffer.from("user:pass-canary").toString("base64")}`
    for (const headers of [{ authorization }, { authorization: "Bearer token-canary" }, { "x-api-key": "key-canary" }])
      expect(isFromPlatform(callbackAuth, headers)).toBe(true)
    expect(isFromPlatform(callbackAuth, {})).toBe(false)
    expect(isFromPlatform(configOf({ ESIGN_CALLBACK_AUTH: "none" }).callbackAuth, {})).toBe(true)
  })
})

describe("DATA_DIR", () => {
  it("is named when it is no directory, also when no key has to be made there", () => {
    const directory = temporaryFolder()
    writeFileSync(join(directory, "data"), "a file")
    expect(namedIn(wrong({}, directory))).toEqual(["DATA_DIR"])
    expect(namedIn(wrong({ DATA_DIR: "data/below", PORT: "none" }, directory)).toSorted()).toEqual(["DATA_DIR", "PORT"])
  })
})

describe("durations", () => {
  it.each([
    ["4000 millis", 4_000],
    ["0.5 seconds", 500],
    ["1 second", 1_000],
    ["2 seconds", 2_000],
    ["1 seconds", 1_000],
    ["1 minute", 60_000],
    ["3 minutes", 180_000],
    ["1 hour", 3_600_000],
    ["5 hours", 18_000_000],
    ["1 day", 86_400_000],
    ["1 days", 86_400_000],
    ["0.25 hours", 900_000],
    ["0001.500  seconds", 1_500],
    [" 1 millis ", 1]
  ])("%s", (text, millis) => {
    expect(configOf({ ESIGN_TIMEOUT: text }).settings.esignTimeout).toBe(millis)
  })
})

describe("the platform's environment", () => {
  it.each([
    ["staging", "https://onekyc.ky.id.staging.gopayapi.com", "https://onekyc-token.staging.gopayapi.com"],
    ["sandbox", "https://onekyc.ky.id.sandbox.gopayapi.com", "https://onekyc-token.sandbox.gopayapi.com"],
    ["production", "https://onekyc.ky.id.gopayapi.com", "https://onekyc-token.ky.id.gopayapi.com"]
  ])("%s is at its own hosts", (environment, baseUrl, tokenBaseUrl) => {
    expect(configOf({ ESIGN_ENVIRONMENT: environment }).esign).toEqual({ environment, baseUrl, tokenBaseUrl })
    expect(namedIn(wrong({ ESIGN_ENVIRONMENT: environment, ESIGN_TOKEN_BASE_URL: "https://other.example" }))).toEqual([
      "ESIGN_TOKEN_BASE_URL"
    ])
  })

  it("custom is where it is said to be, without the slash at the end", () => {
    const { esign } = configOf({
      ESIGN_ENVIRONMENT: "custom",
      ESIGN_BASE_URL: "http://127.0.0.1:8790/",
      ESIGN_TOKEN_BASE_URL: "HTTPS://Tokens.example/esign//"
    })
    expect(esign).toEqual({
      environment: "custom",
      baseUrl: "http://127.0.0.1:8790",
      tokenBaseUrl: "https://tokens.example/esign"
    })
  })

  it.each([
    "no url",
    "ftp://h",
    "http://",
    "http://user:canary@h",
    "http://h?canary",
    "http://h#canary",
    "//h",
    "http://h\\canary"
  ])("custom is not at %s", (url) => {
    const message = wrong({ ESIGN_ENVIRONMENT: "custom", ESIGN_TOKEN_BASE_URL: url })
    expect(namedIn(message)).toEqual(["ESIGN_BASE_URL", "ESIGN_TOKEN_BASE_URL"])
    expect(message).not.toContain("canary")
  })
})

describe("the file .env", () => {
  const withFile = (text: string | Buffer): string => {
    const directory = temporaryFolder()
    writeFileSync(join(directory, ".env"), text)
    return directory
  }

  it("is read, and the environment wins over it", () => {
    const directory = withFile("\uFEFFPORT=9001\nLOG_LEVEL='warn' # quietly\n\nHOST=0.0.0.0\r\n")
    const config = configOf({ LOG_LEVEL: "debug" }, directory)
    expect(config.server).toMatchObject({ host: "0.0.0.0", port: 9001 })
    expect(config.logLevel).toBe("debug")
  })

  it("is taken back by an empty variable of the environment", () => {
    expect(
      configOf({ PORT: "", KAFKA_BROKERS: "" }, withFile("PORT=9001\nKAFKA_BROKERS=localhost:9092")).server.port
    ).toBe(8080)
  })

  it("gives several lines by \\n in double quotes", () => {
    const directory = withFile('ESIGN_CALLBACK_AUTH="bearer first\\nheader X-Api-Key:second"')
    const { callbackAuth } = configOf({ ESIGN_CALLBACK_AUTH: undefined }, directory)
    expect(isFromPlatform(callbackAuth, { authorization: "Bearer first" })).toBe(true)
    expect(isFromPlatform(callbackAuth, { "x-api-key": "second" })).toBe(true)
    expect(isFromPlatform(callbackAuth, { "x-api-key": "first" })).toBe(false)
  })

  it("stops the start when it cannot be read", () => {
    const directory = temporaryFolder()
    mkdirSync(join(directory, ".env"))
    expect(wrong({}, directory)).toContain(".env cannot be read (EISDIR)")
    expect(wrong({}, withFile(Buffer.from("\uFEFFPORT=9001\n", "utf16le")))).toContain(".env takes text in UTF-8")
  })

  it.each([
    "ESIGN_CALLBACK_AUTH: bearer hush-hush=x",
    "ESIGN_CALLBACK_AUTH bearer hush-hush=x",
    "MASTER_KEY: hush-hush==",
    "export ESIGN_PASS_KEY: 'hush-hush='"
  ])("has no line that is not NAME=value, whose name would hold a secret: %s", (line) => {
    const message = wrong({}, withFile(`${line}\n`))
    expect(message).toContain(".env takes lines of NAME=value")
    expect(message).not.toContain("hush-hush")
  })

  it("has comments, quotes, line ends of both kinds, and export", () => {
    const text = [
      "# PORT=1",
      "export PORT=9002 # ours",
      "",
      "  HOST = '0.0.0.0'  ",
      `ESIGN_CLIENT_ID="id#with-hash"`,
      "ESIGN_PASS_KEY=`back-\"tick'`",
      "PARTNER_USER_ID_TYPE='ONE_\\n'",
      "LOG_LEVEL=",
      "LOG_LEVEL=error"
    ]
    for (const end of ["\n", "\r\n"]) {
      const given = { ESIGN_CLIENT_ID: undefined, ESIGN_PASS_KEY: undefined }
      const message = wrong(given, withFile(text.join(end)))
      // In single quotes a \n is no line break but two characters, of which one is wrong here.
      expect(namedIn(message)).toEqual(["PARTNER_USER_ID_TYPE"])
      const config = configOf(given, withFile(text.filter((line) => !line.startsWith("PARTNER")).join(end)))
      expect(config).toMatchObject({ server: { host: "0.0.0.0", port: 9002 }, logLevel: "error" })
      expect(config.credentials.clientId).toBe("id#with-hash")
      expect(Redacted.value(config.credentials.passKey)).toBe("back-\"tick'")
    }
  })

  it("gives several lines by real ones in quotes, too", () => {
    const directory = withFile('ESIGN_CALLBACK_AUTH="bearer first\r\nbearer second"\r\nPORT=9003\r\n')
    const { callbackAuth, server } = configOf({ ESIGN_CALLBACK_AUTH: undefined }, directory)
    expect(isFromPlatform(callbackAuth, { authorization: "Bearer second" })).toBe(true)
    expect(server.port).toBe(9003)
  })

  it("is not there: the environment is all there is", () => {
    expect(configOf({ PORT: "9004" }, join(temporaryFolder(), "no", "such")).server.port).toBe(9004)
  })
})

describe("paths", () => {
  it("are taken from the directory", () => {
    const directory = temporaryFolder()
    expect(configOf({ DATA_DIR: "state", API_CLIENTS_FILE: "who.json" }, directory)).toMatchObject({
      dataDir: join(directory, "state"),
      clientsFile: join(directory, "who.json")
    })
    expect(configOf({ DATA_DIR: "/state" }, directory).clientsFile).toBe("/state/clients.json")
  })
})

describe("master keys", () => {
  const hexOf = (config: ReturnType<typeof configOf>) =>
    config.masterKeys.map((key) => Buffer.from(Redacted.value(key)).toString("base64"))

  it("are given in order", () => {
    expect(hexOf(configOf({ MASTER_KEY: `${masterKey}, ${otherMasterKey}` }))).toEqual([masterKey, otherMasterKey])
  })

  it("are read from a file", () => {
    const directory = temporaryFolder()
    writeFileSync(join(directory, "keys"), `${otherMasterKey},${masterKey}\n`)
    const config = configOf({ MASTER_KEY: undefined, MASTER_KEY_FILE: "keys" }, directory)
    expect(hexOf(config)).toEqual([otherMasterKey, masterKey])
  })

  it("are given in one way only", () => {
    expect(namedIn(wrong({ MASTER_KEY_FILE: "keys" }))).toEqual(["MASTER_KEY_FILE"])
  })

  it.each([
    ["is missing", undefined],
    ["holds none", "none"]
  ])("are not read from a file that %s", (_, text) => {
    const directory = temporaryFolder()
    if (text) writeFileSync(join(directory, "keys"), text)
    expect(namedIn(wrong({ MASTER_KEY: undefined, MASTER_KEY_FILE: "keys" }, directory))).toEqual(["MASTER_KEY_FILE"])
  })

  it("are made once, for the owner alone", () => {
    const directory = temporaryFolder()
    const first = hexOf(configOf({ MASTER_KEY: undefined }, directory))
    expect(statSync(join(directory, "data")).mode & 0o777).toBe(0o700)
    expect(statSync(join(directory, "data", "master.key")).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(directory, "data", "master.key"), "utf8").trim()).toBe(first[0])
    expect(hexOf(configOf({ MASTER_KEY: undefined }, directory))).toEqual(first)
  })

  it("are never made in production", () => {
    const directory = temporaryFolder()
    configOf({ MASTER_KEY: undefined }, directory)
    const SIGNING_KEY_FILE = signingKeyFile(1)
    expect(namedIn(wrong({ MASTER_KEY: undefined, NODE_ENV: "production", SIGNING_KEY_FILE }, directory))).toEqual([
      "MASTER_KEY"
    ])
    expect(configOf({ NODE_ENV: "production", SIGNING_KEY_FILE }).isProduction).toBe(true)
  })

  it("are not made over a file that holds something else", () => {
    const directory = temporaryFolder()
    mkdirSync(join(directory, "data"))
    writeFileSync(join(directory, "data", "master.key"), "")
    expect(namedIn(wrong({ MASTER_KEY: undefined }, directory))).toEqual(["DATA_DIR"])
  })

  it("are not made beside data, which a new one would not open", () => {
    const directory = temporaryFolder()
    mkdirSync(join(directory, "data"))
    writeFileSync(join(directory, "data", "vault.db"), "not empty")
    expect(wrong({ MASTER_KEY: undefined }, directory)).toMatch(/MASTER_KEY is missing: .*MASTER_KEY_FILE/)
    expect(readdirSync(join(directory, "data"))).toEqual(["vault.db"])
  })

  it("are the owner's alone again when a copy of the file is not", () => {
    const directory = temporaryFolder()
    const file = join(directory, "data", "master.key")
    configOf({ MASTER_KEY: undefined }, directory)
    chmodSync(file, 0o644)
    configOf({ MASTER_KEY: undefined }, directory)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it("cannot be made where there is no directory", () => {
    const directory = temporaryFolder()
    writeFileSync(join(directory, "data"), "a file")
    expect(namedIn(wrong({ MASTER_KEY: undefined }, directory))).toEqual(["DATA_DIR"])
  })
})

describe("secrets", () => {
  it.each([
    ["right", {}],
    ["wrong", { PORT: "none" }]
  ])("leave the environment of a configuration that is %s", (_, change) => {
    const environment: Record<string, string | undefined> = { ...required, ...change, OTHER: "stays" }
    readConfig(environment, temporaryFolder())
    expect(Object.keys(environment).filter((name) => /KEY|AUTH/.test(name))).toEqual([])
    expect(environment["OTHER"]).toBe("stays")
  })

  it("are not shown by the configuration, which nobody can change", () => {
    const config = configOf({})
    const shown = inspect(config, { depth: 9 }) + JSON.stringify(config)
    for (const secret of [required.ESIGN_PASS_KEY, masterKey, "callback-secret"]) expect(shown).not.toContain(secret)
    expect(Redacted.value(config.credentials.passKey)).toBe(required.ESIGN_PASS_KEY)
    expect([config, config.server, config.settings, config.masterKeys].every(Object.isFrozen)).toBe(true)
  })
})
