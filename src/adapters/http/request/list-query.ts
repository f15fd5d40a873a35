import { Result, Schema } from "effect"
import type { ListFilter, ListPlace } from "../../../application/ports/registration-list.ts"
import { parseQueryInstant } from "../../../domain/applicant/instant.ts"
import { PartnerUserId, PartnerUserIdType } from "../../../domain/applicant/partner-user.ts"
import { type StateName, stateNames } from "../../../domain/registration/registration.ts"
import { type InvalidParameter, invalidParameter } from "../request-errors.ts"
import { readListCursor } from "./list-cursor.ts"
import { readQuery } from "./parameters.ts"
import { wholeNumber } from "./whole-number.ts"

export type ListQuery = {
  readonly filter: Omit<ListFilter, "tenant">
  readonly limit: number
  readonly after?: ListPlace
}

export const defaultLimit = 50
export const maxLimit = 200

/** How a parameter is read, and what it has to be: undefined for what is not that. */
type Reader<A> = { readonly read: (text: string) => A | undefined; readonly rule: string }

const fitting = <A extends string>(fits: (text: string) => text is A, rule: string): Reader<A> => ({
  read: (text) => (fits(text) ? text : undefined),
  rule
})
const states: ReadonlySet<string> = new Set(Object.values(stateNames))
const instant: Reader<number> = {
  read: parseQueryInstant,
  rule: "an RFC 3339 time with an offset, such as 2026-11-23T10:00:00.000Z, on a day that exists"
}
const readers = {
  partnerUserId: fitting(
    Schema.is(PartnerUserId),
    "1 to 128 of the characters A-Z a-z 0-9 . _ : | -, no NIK and no mobile number"
  ),
  partnerUserIdType: fitting(Schema.is(PartnerUserIdType), "1 to 64 of the characters A-Z a-z 0-9 . _ : | -"),
  state: fitting((text): text is StateName => states.has(text), `one of ${[...states].join(", ")}`),
  requestedFrom: instant,
  requestedTo: instant,
  limit: {
    read: (text: string) => wholeNumber(text, 1, maxLimit),
    rule: `a whole number from 1 to ${maxLimit}`
  },
  cursor: { read: readListCursor, rule: "the nextCursor of a page of this list, as it was answered" }
} as const satisfies { readonly [name: string]: Reader<unknown> }

type Name = keyof typeof readers
const names = Object.keys(readers) as ReadonlyArray<Name>
type Values = { readonly [N in Name]?: NonNullable<ReturnType<(typeof readers)[N]["read"]>> }

/** The query of the list; its first wrong parameter is told. */
export const readListQuery = (query: unknown): Result.Result<ListQuery, InvalidParameter> =>
  Result.flatMap(readQuery(query, ...names), (given) => {
    const values: Array<readonly [Name, unknown]> = []
    for (const name of names) {
      const text = given[name]
      if (text === undefined) continue
      const { read, rule } = readers[name]
      const value = read(text)
      if (value === undefined) return Result.fail(invalidParameter(`${name} is ${rule}.`))
      values.push([name, value])
    }
    const { limit = defaultLimit, cursor, ...filter } = Object.fromEntries(values) as Values
    return Result.succeed({ filter, limit, ...(cursor && { after: cursor }) })
  })
