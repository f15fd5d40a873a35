import { inspect } from "node:util"
import { Redacted, Result } from "effect"
import { afterEach, describe, expect, it, vi } from "vitest"
import { readConfig } from "../../src/infrastructure/config.ts"
import { eventStore } from "../../src/infrastructure/event-store-variables.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const warn = vi.spyOn(console, "warn").mockImplementation(() => {})
afterEach(() => warn.mockClear())

const read = (variables: Readonly<Record<string, string>>) => eventStore({ EVENT_STORE: "eventstoredb", ...variables })
const chosen = (variables: Readonly<Record<string, string>>) =>
  Result.match(read(variables), {
    onFailure: (problems) => expect.fail(JSON.stringify(problems)),
    onSuccess: (choice) => (choice.kind === "sqlite" ? choice : { ...choice, url: Redacted.value(choice.url) })
  })
const problemsOf = (variables: Readonly<Record<string, string>>) =>
  Result.match(read(variables), {
    onFailure: (problems) => problems.map(({ variable, rule }) => `${variable} ${rule}`),
    onSuccess: () => expect.fail("accepted")
  })

describe("EVENTSTOREDB_URL", () => {
  it.each([
    "esdb://localhost",
    "esdb://127.0.0.1:2113?tls=false",
    "esdb://admin:changeit@one.example:2113,two.example:2114,three.example?tls=true&nodePreference=leader",
    "esdb+discover://admin:p%40ss%3Aword@cluster.example?tlsCAFile=%2Fetc%2Fca.pem&maxDiscoverAttempts=5",
    "esdb://localhost/?keepAliveInterval=5000&keepAliveTimeout=5000&defaultDeadline=3000&connectionName=certreg",
    "esdb://localhost?keepAliveInterval=-1&keepAliveTimeout=-1&defaultDeadline=1",
    "esdb://localhost?throwOnAppendFailure=true&tlsVerifyCert=true&userCertFile=a.pem&userKeyFile=a.key",
    "  esdb://localhost  "
  ])("takes %s, and hands it on as it is", (url) => {
    expect(chosen({ EVENTSTOREDB_URL: url })).toEqual({ kind: "eventstoredb", url, streamPrefix: "" })
  })

  it.each([
    "localhost:2113",
    "http://canary:2113",
    "kurrentdb://canary:2113",
    "kurrentdb+discover://canary",
    "ESDB://canary",
    "esdb:canary",
    "tcp://canary:1113"
  ])("does not take %s: it has to begin as the client knows it", (url) => {
    expect(problemsOf({ EVENTSTOREDB_URL: url })).toEqual([
      "EVENTSTOREDB_URL takes a connection string that begins with esdb:// or esdb+discover://"
    ])
  })

  it.each([
    "esdb://",
    "esdb://?tls=false",
    "esdb://canary:port",
    "esdb://canary:1:2",
    "esdb://canary?tls=perhaps",
    "esdb://canary?tls",
    "esdb://canary&tls=false",
    "esdb://canary?nodePreference=nearest",
    "esdb://canary?keepAliveInterval=often",
    "esdb://canary:%zz@host",
    "esdb://user:can#ary@host?throwOnAppendFailure=no"
  ])("does not take %s, which the client cannot read, and repeats nothing of it", (url) => {
    const [problem, ...others] = problemsOf({ EVENTSTOREDB_URL: url })
    expect(problem).toMatch(/^EVENTSTOREDB_URL takes esdb:\/\/user:password@host:port,host:port\?option=value/)
    expect(problem).not.toContain("canary")
    expect(others).toEqual([])
  })

  it.each([
    "esdb://canary?throwOnAppendFailure=false",
    "esdb://canary?THROW_ON-append_failure=false",
    "esdb+discover://user:canary@canary?tls=false& throwonappendfailure = false ",
    "esdb://canary?throwOnAppendFailure=true&throwOnAppendFailure=false"
  ])("does not take %s, however it is spelt", (url) => {
    expect(problemsOf({ EVENTSTOREDB_URL: url })).toEqual([
      expect.stringMatching(/^EVENTSTOREDB_URL does not take throwOnAppendFailure=false: /)
    ])
  })

  it.each(["keepAliveInterval=-54321", "keep_alive_timeout=-2", "defaultDeadline=0", "defaultDeadline=-54321"])(
    "does not take %s, which the client refuses, and does not repeat the number",
    (option) => {
      expect(problemsOf({ EVENTSTOREDB_URL: `esdb://user:canary@canary?${option}` })).toEqual([
        "EVENTSTOREDB_URL has a number that the client does not take: keepAliveInterval and keepAliveTimeout are -1 or more, defaultDeadline is 1 or more"
      ])
    }
  )

  it.each(["userCertFile=canary", "userKeyFile=canary"])("does not take %s without the other file", (option) => {
    expect(problemsOf({ EVENTSTOREDB_URL: `esdb://host?${option}` })).toEqual([
      "EVENTSTOREDB_URL takes userCertFile and userKeyFile together, not one of them alone"
    ])
  })

  it.each([
    ["esdb://user:canary@canary?tls-verify-cert=false", /does not take tlsVerifyCert=false/],
    ["esdb://user:canary@canary?tlsInsecure=canary", /takes no option that the client does not know/]
  ])("does not take %s, of which the client would print all and do nothing", (url, rule) => {
    expect(problemsOf({ EVENTSTOREDB_URL: url })).toEqual([expect.stringMatching(rule)])
    expect(warn).not.toHaveBeenCalled()
    console.warn("still heard")
    expect(warn).toHaveBeenCalledOnce()
  })

  it("is required, with words of what it takes", () => {
    expect(problemsOf({})).toEqual([expect.stringMatching(/^EVENTSTOREDB_URL is missing; it takes .*esdb:\/\//)])
  })
})

describe("EVENTSTOREDB_STREAM_PREFIX", () => {
  const url = { EVENTSTOREDB_URL: "esdb://localhost" }

  it.each(["staging-", "a", "run_7-", "certreg_", "registrations-", "x".repeat(40)])("takes %s", (prefix) => {
    expect(chosen({ ...url, EVENTSTOREDB_STREAM_PREFIX: prefix })).toMatchObject({ streamPrefix: prefix })
  })

  it.each([
    ...["$canary", "Canary", "canary/", "canary .", "can\u00e4ry", "x".repeat(41)],
    ...["registration-", "o-registration-", "registration-canary-", "certreg-", "certreg-canary-", "o-certreg-"]
  ])("does not take %j", (prefix) => {
    expect(problemsOf({ ...url, EVENTSTOREDB_STREAM_PREFIX: prefix })).toEqual([
      "EVENTSTOREDB_STREAM_PREFIX takes 1 to 40 of the characters a-z 0-9 _ -, without registration- or certreg- in it"
    ])
  })
})

describe("EVENT_STORE", () => {
  const both = { EVENTSTOREDB_URL: "esdb://user:canary@host", EVENTSTOREDB_STREAM_PREFIX: "staging-" }

  it("sqlite takes neither of them", () => {
    const rule = "is taken with EVENT_STORE=eventstoredb alone"
    const expected = [`EVENTSTOREDB_URL ${rule}`, `EVENTSTOREDB_STREAM_PREFIX ${rule}`]
    expect(problemsOf({ EVENT_STORE: "sqlite", ...both })).toEqual(expected)
    expect(Result.getOrThrow(eventStore({}))).toEqual({ kind: "sqlite" })
    expect(Result.isFailure(eventStore(both))).toBe(true)
  })

  it("is one of two words; what is wrong beside a wrong one is named with it", () => {
    const wrong = "EVENT_STORE takes sqlite or eventstoredb"
    expect(problemsOf({ EVENT_STORE: "EventStoreDB", ...both })).toEqual([wrong])
    expect(problemsOf({ EVENT_STORE: "kurrentdb", EVENTSTOREDB_URL: "kurrentdb://host" })).toEqual([
      wrong,
      expect.stringMatching(/^EVENTSTOREDB_URL takes /)
    ])
  })
})

it("the connection string leaves the environment, and is not shown by the configuration", () => {
  const environment: Record<string, string | undefined> = {
    EVENT_STORE: "eventstoredb",
    EVENTSTOREDB_URL: "esdb://user:canary@host",
    ESIGN_ENVIRONMENT: "sandbox",
    ESIGN_CLIENT_ID: "client",
    ESIGN_PASS_KEY: "pass-key",
    ESIGN_ONBOARDING_PARTNER: "partner",
    ESIGN_CALLBACK_AUTH: "none",
    MASTER_KEY: Buffer.alloc(32, 7).toString("base64")
  }
  const config = Result.getOrThrow(readConfig(environment, temporaryFolder()))
  expect(config.eventStore.kind).toBe("eventstoredb")
  expect(Object.isFrozen(config.eventStore)).toBe(true)
  expect(environment).not.toHaveProperty("EVENTSTOREDB_URL")
  expect(inspect(config, { depth: 9 }) + JSON.stringify(config)).not.toContain("canary")
})
