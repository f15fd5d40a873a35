import { Effect, Redacted, Result } from "effect"
import type { FastifyRequest } from "fastify"
import { type AsOf, asOfRule, readAsOf } from "../../../application/history/as-of.ts"
import { type NotFound, notFound } from "../../../application/use-cases/find-registration.ts"
import { readUuid } from "../../../application/uuid.ts"
import { type InvalidParameter, invalidParameter } from "../request-errors.ts"
import { wholeNumber } from "./whole-number.ts"

/** The query, each known parameter at most once and none that is unknown: those are usually typing mistakes. */
export const readQuery = <Name extends string>(
  query: unknown,
  ...known: ReadonlyArray<Name>
): Result.Result<{ readonly [N in Name]?: string }, InvalidParameter> => {
  const given = query as { readonly [N in Name]?: string }
  for (const [name, value] of Object.entries(given)) {
    if (!known.some((one) => one === name)) return Result.fail(invalidParameter("There is no such query parameter."))
    if (typeof value !== "string") return Result.fail(invalidParameter(`The query parameter ${name} is given once.`))
  }
  return Result.succeed(given)
}

export const queryOf = <Name extends string>(request: FastifyRequest, ...known: ReadonlyArray<Name>) =>
  Effect.fromResult(readQuery(request.query, ...known))

/** The registration that the path names; an id that can be none is one that does not exist. */
export const registrationIdOf = (request: FastifyRequest): Effect.Effect<string, NotFound> => {
  const { id } = request.params as { readonly id: string }
  const uuid = readUuid(id)
  if (uuid === undefined) return Effect.fail(notFound)
  request.registrationId = uuid
  return Effect.succeed(uuid)
}

const longestWait = 60
/** Proxies cut at 60 seconds. */
const longestHold = 50

/** Milliseconds to hold an answer, of `?wait=`. */
export const readWait = (wait: string | undefined): Result.Result<number, InvalidParameter> => {
  if (wait === undefined) return Result.succeed(0)
  const seconds = wholeNumber(wait, 0, longestWait)
  return seconds === undefined
    ? Result.fail(invalidParameter(`wait is a whole number of seconds from 0 to ${longestWait}.`))
    : Result.succeed(1000 * Math.min(seconds, longestHold))
}

/** The point in a history that `?asOf=` names; undefined without one. */
export const readPoint = (asOf: string | undefined): Result.Result<AsOf | undefined, InvalidParameter> => {
  if (asOf === undefined) return Result.succeed(undefined)
  const point = readAsOf(asOf)
  return point ? Result.succeed(point) : Result.fail(invalidParameter(`asOf is ${asOfRule}.`))
}

export const defaultFeedLimit = 100
export const maxFeedLimit = 1000

/** How many messages a page of the feed has at most, of `?limit=`. */
export const readFeedLimit = (limit: string | undefined): Result.Result<number, InvalidParameter> => {
  if (limit === undefined) return Result.succeed(defaultFeedLimit)
  const most = wholeNumber(limit, 1, maxFeedLimit)
  return most === undefined
    ? Result.fail(invalidParameter(`limit is a whole number from 1 to ${maxFeedLimit}.`))
    : Result.succeed(most)
}

const printableAscii = /^[\x20-\x7e]{1,255}$/

/** The one `Idempotency-Key` among the values that were sent. */
export const readIdempotencyKey = ([key, ...more]: ReadonlyArray<string>): Result.Result<
  Redacted.Redacted<string> | undefined,
  InvalidParameter
> => {
  if (key === undefined) return Result.succeed(undefined)
  return more.length === 0 && printableAscii.test(key)
    ? Result.succeed(Redacted.make(key))
    : Result.fail(invalidParameter("An Idempotency-Key is 1 to 255 printable ASCII characters, and is given once."))
}
