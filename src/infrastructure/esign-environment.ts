import { Result } from "effect"
import { baseUrl, oneOf } from "./kinds.ts"
import { all, optional, problemsOf, type Reader, required } from "./reader.ts"

const hosts = {
  staging: ["https://onekyc.ky.id.staging.gopayapi.com", "https://onekyc-token.staging.gopayapi.com"],
  sandbox: ["https://onekyc.ky.id.sandbox.gopayapi.com", "https://onekyc-token.sandbox.gopayapi.com"],
  production: ["https://onekyc.ky.id.gopayapi.com", "https://onekyc-token.ky.id.gopayapi.com"]
} as const

/** Which platform, and where it is (contract/esign-api §1). The word alone is what the log remembers. */
export type EsignEnvironment = {
  readonly environment: keyof typeof hosts | "custom"
  readonly baseUrl: string
  readonly tokenBaseUrl: string
}

const word = required("ESIGN_ENVIRONMENT", oneOf("staging", "sandbox", "production", "custom"))
const ownUrls = all({
  baseUrl: required("ESIGN_BASE_URL", baseUrl),
  tokenBaseUrl: required("ESIGN_TOKEN_BASE_URL", baseUrl)
})
const anyUrls = all({
  baseUrl: optional("ESIGN_BASE_URL", baseUrl),
  tokenBaseUrl: optional("ESIGN_TOKEN_BASE_URL", baseUrl)
})

export const esignEnvironment: Reader<EsignEnvironment> = (variables) => {
  const given = word(variables)
  if (Result.isFailure(given)) return Result.fail([...given.failure, ...problemsOf(anyUrls(variables))])
  const environment = given.success
  if (environment === "custom") return Result.map(ownUrls(variables), (urls) => Object.freeze({ environment, ...urls }))
  const unwanted = ["ESIGN_BASE_URL", "ESIGN_TOKEN_BASE_URL"].filter((variable) => variables[variable] !== undefined)
  if (unwanted.length > 0)
    return Result.fail(unwanted.map((variable) => ({ variable, rule: "is taken with ESIGN_ENVIRONMENT=custom alone" })))
  const [url, tokenUrl] = hosts[environment]
  return Result.succeed(Object.freeze({ environment, baseUrl: url, tokenBaseUrl: tokenUrl }))
}
