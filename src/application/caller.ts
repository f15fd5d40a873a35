import type { Actor } from "./ports/event-store.ts"

/** An authenticated API client. */
export type Caller = {
  readonly clientId: string
  /** The only tenant whose registrations it sees and touches, unless it sees all. */
  readonly tenant: string
  readonly allTenants: boolean
}

/** undefined: all of them. */
export const tenantSeenBy = ({ tenant, allTenants }: Caller): string | undefined => (allTenants ? undefined : tenant)

export const actorOf = ({ clientId }: Caller): Actor => ({ kind: "client", id: clientId })
export const process = (owner: string): Actor => ({ kind: "process", id: owner })
export const platform: Actor = { kind: "platform", id: "esign" }
