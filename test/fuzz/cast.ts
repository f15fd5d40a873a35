import type { Api } from "../support/api.ts"
import type { ServiceProcess } from "../support/service.ts"
import { callbackSecret } from "../support/service-program.ts"
import type { Caller, Subject } from "./message.ts"

const caller = (name: string, { key }: Api, scopes: string, tenant: string): Caller => ({
  name,
  authorization: `Bearer ${key}`,
  scopes: scopes.split(","),
  tenant
})

/** Everybody who calls: of two tenants, with and without each scope. */
export const makeCast = async (service: ServiceProcess) => {
  const add = async (id: string, scopes: string, tenant: string) => {
    const api = await service.client(id, { scopes, tenant })
    return { api, caller: caller(id, api, scopes, tenant) }
  }
  const north = service.api
  const [south, reader, auditor, feeder, west] = await Promise.all([
    add("south", "registrations:write", "south"),
    add("reader", "registrations:read", "north"),
    add("auditor", "audit:read", "nobody"),
    add("feeder", "events:read,personal-data:erase,registrations:operate", "north"),
    add("west", "registrations:write", "west")
  ])
  const callers: ReadonlyArray<Caller> = [
    caller("north", north, "registrations:write,audit:read", "north"),
    ...[south, reader, auditor, feeder].map((one) => one.caller),
    { name: "platform", authorization: `Bearer ${callbackSecret}`, scopes: ["platform"] },
    { name: "nobody", scopes: [] }
  ]
  const secrets = [north, south.api, reader.api, auditor.api, feeder.api, west.api].map(({ key }) => key)
  return { callers, north, south: south.api, west: west.api, secrets: [...secrets, callbackSecret] }
}
export type Cast = Awaited<ReturnType<typeof makeCast>>

/** Registrations of many states, that nobody else knows; their partner user ids begin with `prefix`. */
export const makeSubjects = async ({ north, south, west }: Cast, prefix: string): Promise<ReadonlyArray<Subject>> => {
  const begin = async (api: Api, tenant: string, fate: string): Promise<Subject> => {
    const { id } = await api.start(`${prefix}.${tenant}.sim-${fate}`)
    return { id, tenant, submissionId: undefined }
  }
  const ended = async (fate: string) => {
    const subject = await begin(north, "north", fate)
    await north.uploadBoth(subject.id)
    return subject
  }
  const withdrawn = async () => {
    const subject = await begin(north, "north", "late")
    await north.withdraw(subject.id)
    return subject
  }
  return Promise.all([
    begin(north, "north", "bare"),
    begin(south, "south", "bare"),
    begin(west, "west", "bare"),
    ended("no-partial"),
    ended("rejected-NOT_EKTP"),
    ended("stuck"),
    withdrawn()
  ])
}
