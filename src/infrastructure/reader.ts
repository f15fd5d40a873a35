import { Result } from "effect"
import type { Problem } from "./problem.ts"
import type { Variables } from "./variables.ts"

/** Reads some variables: a value, or everything that is wrong with them. */
export type Reader<A> = (variables: Variables) => Result.Result<A, ReadonlyArray<Problem>>
export type Read<R> = R extends Reader<infer A> ? A : never

/** A kind of value: how it is read, and the words that say what it takes. */
export type Kind<A> = { readonly takes: string; readonly read: (text: string) => A | undefined }

const problem = (variable: string, rule: string) => Result.fail([{ variable, rule }])

const read = <A>(variable: string, text: string, kind: Kind<A>): Result.Result<A, ReadonlyArray<Problem>> => {
  const value = kind.read(text)
  return value === undefined ? problem(variable, `takes ${kind.takes}`) : Result.succeed(value)
}

export const optional =
  <A>(variable: string, kind: Kind<A>): Reader<A | undefined> =>
  (variables) => {
    const text = variables[variable]
    return text === undefined ? Result.succeed(undefined) : read(variable, text, kind)
  }

export const withDefault = <A>(variable: string, kind: Kind<A>, fallback: A): Reader<A> => {
  const reader = optional(variable, kind)
  return (variables) => Result.map(reader(variables), (value) => value ?? fallback)
}

export const required =
  <A>(variable: string, kind: Kind<A>): Reader<A> =>
  (variables) => {
    const text = variables[variable]
    return text === undefined ? problem(variable, `is missing; it takes ${kind.takes}`) : read(variable, text, kind)
  }

export const problemsOf = (result: Result.Result<unknown, ReadonlyArray<Problem>>): ReadonlyArray<Problem> =>
  Result.isFailure(result) ? result.failure : []

/** A frozen object of what each reader reads, or what is wrong with any of them. */
export const all =
  <R extends Readonly<Record<string, Reader<unknown>>>>(readers: R): Reader<{ readonly [K in keyof R]: Read<R[K]> }> =>
  (variables) => {
    const results = Object.entries(readers).map(([name, reader]) => [name, reader(variables)] as const)
    const problems = results.flatMap(([, result]) => problemsOf(result))
    if (problems.length > 0) return Result.fail(problems)
    const values = Object.fromEntries(results.map(([name, result]) => [name, Result.getOrUndefined(result)]))
    return Result.succeed(Object.freeze(values) as { readonly [K in keyof R]: Read<R[K]> })
  }

/** Looks at several variables together. */
export type Check = (variables: Variables) => ReadonlyArray<Problem>

/** What the reader reads, unless it or a check finds something wrong. */
export const checked =
  <A>(reader: Reader<A>, ...checks: ReadonlyArray<Check>): Reader<A> =>
  (variables) => {
    const result = reader(variables)
    const problems = [...problemsOf(result), ...checks.flatMap((check) => check(variables))]
    return problems.length > 0 ? Result.fail(problems) : result
  }
