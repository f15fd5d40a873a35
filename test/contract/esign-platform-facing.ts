import { Effect, ManagedRuntime, Redacted } from "effect"
import { assert } from "vitest"
import { esignPlatformHttp } from "../../src/adapters/esign/esign-platform-http.ts"
import { EsignPlatform } from "../../src/application/ports/esign-platform.ts"
import { scriptedServer } from "../support/scripted-server.ts"
import { callOf, somebody } from "./esign-platform.ts"
import { answer, canary, good, type Handler, submissionId } from "./esign-platform-answers.ts"

type Platform = EsignPlatform["Service"]
type Told = Readonly<Record<string, unknown>>
const calls = {
  token: (esign: Platform) => esign.issueUrls(callOf("user-1")),
  urls: (esign: Platform) => esign.issueUrls(callOf("user-1")),
  confirm: (esign: Platform) => esign.confirm(callOf("user-1"), submissionId, somebody()),
  poll: (esign: Platform) => esign.poll(callOf("user-1"), submissionId)
}
export type Kind = keyof typeof calls
export const kinds = Object.keys(calls) as ReadonlyArray<Kind>

/** What calls of a kind come to when each is answered with the next of these, and what the platform was asked for. */
export const outcomesOf = async (kind: Kind, handlers: ReadonlyArray<Handler>, timeoutMillis = 20_000) => {
  const left = [...handlers]
  const paths: Array<string> = []
  const server = await scriptedServer((request, response) => {
    paths.push(request.url ?? "")
    const isToken = request.url?.endsWith("/authentication") === true
    const handler = isToken === (kind === "token") ? left.shift() : undefined
    ;(handler ?? answer(200, good))(request, response)
  })
  const runtime = ManagedRuntime.make(
    esignPlatformHttp({
      baseUrl: server.url,
      tokenBaseUrl: server.url,
      clientId: "the-client",
      passKey: Redacted.make("the-pass-key"),
      onboardingPartner: "THE_PARTNER",
      timeoutMillis
    })
  )
  const esign = await runtime.runPromise(EsignPlatform)
  const outcomes: Array<Told> = []
  for (let n = 0; n < handlers.length; n++) {
    const result = await runtime.runPromise(Effect.result<unknown, object, never>(calls[kind](esign)))
    outcomes.push((result._tag === "Success" ? { _tag: "Success", value: result.success } : result.failure) as Told)
  }
  await runtime.dispose()
  await server.close()
  return { outcomes, paths }
}

export const right = answer(200, good)
/** The error of a call that is answered so. The one after it is answered rightly, and must not notice. */
export const failureOf = async (kind: Kind, hostile: Handler, timeoutMillis?: number): Promise<Told> => {
  const [error = {}, next] = (await outcomesOf(kind, [hostile, right], timeoutMillis)).outcomes
  assert.propertyVal(next, "_tag", "Success", JSON.stringify(next))
  const told = `${JSON.stringify(error)} ${String(error)} ${error["stack"]} ${error["cause"]}`
  assert.notInclude(told, canary)
  assert.notMatch(told, /X-Amz|the-pass-key|Siti|otp-|127\.0\.0\.1/)
  return error
}

/** A refusal in the platform's envelope, for this error and another one. */
export const refusal = (error: unknown) =>
  JSON.stringify({ success: false, errors: [error, { code: canary }], note: canary })
