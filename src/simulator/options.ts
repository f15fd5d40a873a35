import { parseArgs } from "node:util"

const MAIN_PORT = -1

/** Every option with its default and its one line of help. Flag `--token-ttl` is the environment variable `SIMULATOR_TOKEN_TTL`. */
const table = {
  host: ["127.0.0.1", "address to listen on"],
  port: [8790, "platform and control endpoints; 0 takes a free port"],
  tokenPort: [MAIN_PORT, "token endpoint; default: the platform's port"],
  storagePort: [MAIN_PORT, "object storage; default: the platform's port"],
  storageBase: ["", "base of the presigned URLs, when callers know the storage by another name"],
  clientId: ["0b5c3c8e-6a0f-4d3b-9a53-8f7a2f0e7c11", "the partner's client-id"],
  passKey: ["d6b1e7a4-2f57-4c0e-8d39-51c7b9a0e622", "the partner's pass-key"],
  onboardingPartner: ["CLIENT_X-BE-CERT_REG", "the only x-esign-onboarding-partner that is this client's"],
  callbackUrl: ["", "where callbacks go; none are sent without it"],
  callbackMethod: ["POST", "POST, PUT or PATCH"],
  callbackAuth: ["none", "none, basic USER:PASSWORD, bearer TOKEN or header NAME:VALUE"],
  callbackDelayMs: [0, "between a change and its callback"],
  callbackRetries: [3, "times that a callback without a 2xx is sent again"],
  callbackRetryMs: [1000, "before the first of these; doubles"],
  callbackTimeoutMs: [5000, "how long an answer to a callback is waited for"],
  verifyMs: [300, "from the confirm to the verdict on the identity"],
  issueMs: [300, "from that verdict to the certificate"],
  tokenTtl: [1800, "seconds that a token lives"],
  tokensPerMinute: [120, "more are answered 429"],
  urlTtl: [432_000, "seconds that a presigned URL is good for"],
  credentialTtl: [432_000, "seconds that the temporary credential inside it lives"],
  slowMs: [2000, "what the fault slow waits"],
  hangMs: [60_000, "after how long the fault hang closes the connection"],
  lateMs: [2000, "what the test value late adds to a callback"],
  lagMs: [2000, "how far polls stay behind with the test values confirm-lag and poll-lag"],
  dateSkewMs: [0, "added to the Date header of every answer"],
  nikValues: ["on", "on or off: whether the last four digits of a NIK choose a verdict"],
  repeatableUrls: ["on", "on or off: whether a repeated session id answers the same submission"],
  keepBodies: ["off", "on or off: keep confirm bodies for the control endpoints (tests only)"],
  keep: [100_000, "users remembered; the oldest are forgotten first"]
} as const

type Name = keyof typeof table
type Widened<T> = T extends number ? number : string

/** Times in milliseconds, or in seconds where the name ends in `Ttl`. */
export type Options = { [K in Name]: Widened<(typeof table)[K][0]> }

const names = Object.keys(table) as ReadonlyArray<Name>
const fixed: ReadonlySet<string> = new Set<Name>(["host", "port", "tokenPort", "storagePort", "keep"])
const choices: { readonly [K in Name]?: RegExp } = {
  callbackUrl: /^(https?:\/\/\S+)?$/,
  callbackMethod: /^(POST|PUT|PATCH)$/,
  callbackAuth: /^(none|basic .+:.*|bearer \S+|header [\w-]+:.+)$/,
  storageBase: /^(https?:\/\/[^/]+)?$/,
  nikValues: /^(on|off)$/,
  repeatableUrls: /^(on|off)$/,
  keepBodies: /^(on|off)$/
}
const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
const variable = (name: string): string => `SIMULATOR_${kebab(name).replaceAll("-", "_").toUpperCase()}`

const least: { readonly [K in Name]?: number } = {
  tokenPort: MAIN_PORT,
  storagePort: MAIN_PORT,
  dateSkewMs: -Infinity,
  keep: 1
}

const valid = (name: Name, value: unknown): value is string | number => {
  if (typeof table[name][0] === "number") return Number.isInteger(value) && Number(value) >= (least[name] ?? 0)
  return typeof value === "string" && (choices[name]?.test(value) ?? value.length > 0)
}

/** The names of the options in `changes` that cannot be changed while running, are unknown, or have an impossible value. */
export const wrongSettings = (changes: Readonly<Record<string, unknown>>): ReadonlyArray<string> =>
  Object.keys(changes).filter(
    (name) => fixed.has(name) || !Object.hasOwn(table, name) || !valid(name as Name, changes[name])
  )

export const help = (): string =>
  names
    .map(
      (name) =>
        `  --${kebab(name).padEnd(22)}${table[name][1]} [${table[name][0] === MAIN_PORT ? "same" : table[name][0]}]`
    )
    .join("\n")

/** Flags win over the environment. Answers the wrong flags and variables by name; their values are not repeated. */
export const readOptions = (
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string | undefined>>
): { readonly options: Options; readonly wrong: ReadonlyArray<string> } => {
  const { values: flags } = parseArgs({
    args: [...args],
    strict: false,
    options: Object.fromEntries(names.map((name) => [kebab(name), { type: "string" as const }]))
  })
  const known = new Set(names.map(kebab))
  const wrong = Object.keys(flags)
    .filter((flag) => !known.has(flag))
    .map((flag) => `--${flag}`)
  const read = (name: Name): readonly [Name, string | number] => {
    const text = flags[kebab(name)] ?? env[variable(name)]
    if (text === undefined) return [name, table[name][0]]
    const value = typeof table[name][0] === "number" && text !== "" ? Number(text) : text
    if (!valid(name, value)) wrong.push(`--${kebab(name)}`)
    return [name, value as string | number]
  }
  return { options: Object.fromEntries(names.map(read)) as Options, wrong }
}
