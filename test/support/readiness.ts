import type { Json } from "./api.ts"
import { apiOf } from "./api.ts"
import type { ServiceProcess } from "./service.ts"

export interface Readiness {
  readonly status: string
  readonly dependencies: Json
  readonly history: { readonly problem?: string }
  readonly problems: ReadonlyArray<{
    readonly dependency: string
    readonly operation?: string
    readonly since?: string
    readonly detail: string
  }>
}

/** What `/health/ready` says, and with which HTTP status. */
export const readinessOf = async ({ url }: Pick<ServiceProcess, "url">) => {
  const { status, body } = await apiOf(url, "").send<Readiness>("GET", "/health/ready")
  return { ...body, http: status }
}
