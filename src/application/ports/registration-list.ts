import { Context, type Effect } from "effect"
import type { StateName } from "../../domain/registration/registration.ts"
import type { Row, ViewsUnavailable } from "./views.ts"

/** Which registrations; what is absent does not matter. Times in milliseconds since 1970: from inclusive, to exclusive. */
export type ListFilter = {
  /** Absent: of every tenant. */
  readonly tenant?: string
  readonly partnerUserId?: string
  readonly partnerUserIdType?: string
  readonly state?: StateName
  readonly requestedFrom?: number
  readonly requestedTo?: number
}
/** A place in the list: that of a registration, by when it was requested and its id. */
export type ListPlace = { readonly requestedAt: number; readonly id: string }

/** Numbers of the last 24 hours, counted up to `mostCounted` (of rows), but for `byState`, which counts all there are. */
export type Stats = {
  readonly byState: Readonly<Record<StateName, number>>
  /** Registrations that were requested since then, and outcomes (of rows) that came since then. */
  readonly last24h: {
    readonly requested: number
    readonly issued: number
    readonly rejected: number
    readonly failed: number
  }
  /** From the confirmation to the platform's verdict, in seconds (nearest rank); absent when none came. */
  readonly timeToVerdict?: { readonly p50: number; readonly p95: number }
}

/** Registrations by what they are, from rows: a moment behind the log. */
export class RegistrationList extends Context.Service<
  RegistrationList,
  {
    /** Newest first (by request, then id, descending), up to `limit` of those that come after a place. */
    readonly list: (
      filter: ListFilter,
      limit: number,
      after?: ListPlace
    ) => Effect.Effect<ReadonlyArray<Row>, ViewsUnavailable>
    /** Of one tenant, or of all; `now` in milliseconds since 1970. */
    readonly stats: (now: number, tenant?: string) => Effect.Effect<Stats, ViewsUnavailable>
  }
>()("certreg/application/ports/RegistrationList") {}
