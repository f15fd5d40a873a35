import { isIP } from "node:net"
import { Redacted, Schema } from "effect"
import { PartnerUserIdType as UserIdType } from "../domain/applicant/partner-user.ts"
import type { Kind } from "./reader.ts"

const matching = (takes: string, spelling: RegExp): Kind<string> => ({
  takes,
  read: (text) => (spelling.test(text) ? text : undefined)
})

export const oneOf = <const A extends string>(...words: ReadonlyArray<A>): Kind<A> => ({
  takes: `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`,
  read: (text) => words.find((word) => word === text)
})

export const wholeNumber = (least: number, most: number): Kind<number> => ({
  takes: `a whole number from ${least} to ${most}`,
  read: (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    return value >= least && value <= most ? value : undefined
  }
})

/** More than nothing: a fraction is one call in several seconds. */
export const rate: Kind<number> = {
  takes: "a number over 0, such as 10 or 0.5",
  read: (text) => {
    const value = /^\d{1,6}(?:\.\d{1,3})?$/.test(text) ? Number(text) : 0
    return value > 0 ? value : undefined
  }
}

export const hostName = /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/
export const address: Kind<string> = {
  takes: "an IP address or a host name to listen on",
  read: (text) => (isIP(text) !== 0 || hostName.test(text) ? text : undefined)
}

/** What may stand in a header. */
export const token = matching("1 to 256 printable ASCII characters without spaces", /^[!-~]{1,256}$/)

export const secret = <A>(kind: Kind<A>): Kind<Redacted.Redacted<A>> => ({
  takes: kind.takes,
  read: (text) => {
    const value = kind.read(text)
    return value === undefined ? undefined : Redacted.make(value)
  }
})

/** Without the slash at its end. */
export const baseUrl: Kind<string> = {
  takes: "an http or https URL without credentials, query and fragment",
  read: (text) => {
    const url = /^https?:\/\/[^\s?#\\]+$/i.test(text) ? URL.parse(text) : null
    return url && url.username === "" && url.password === "" ? url.href.replace(/\/+$/, "") : undefined
  }
}

/** Of stream names, which the server's own begin with `$`, and ours with `registration-` or `certreg-`: a prefix could be taken for them. */
export const streamPrefix = matching(
  "1 to 40 of the characters a-z 0-9 _ -, without registration- or certreg- in it",
  /^(?!.*(?:registration|certreg)-)[a-z0-9_-]{1,40}$/
)

const isUserIdType = Schema.is(UserIdType)
export const partnerUserIdType: Kind<UserIdType> = {
  takes: "1 to 64 of the characters A-Z a-z 0-9 . _ : | -",
  read: (text) => (isUserIdType(text) ? text : undefined)
}
