import { Effect, Schema } from "effect"
import { DataDirRefused } from "../../adapters/sqlite/data-dir-refused.ts"
import { codeOf } from "../../adapters/sqlite/sqlite-code.ts"

/** A backup was not made, or not put back. The message is for the operator. */
export class BackupRefused extends Schema.TaggedError<BackupRefused>()("BackupRefused", {
  /** Of the command: 1 where it could not be done now, 2 where what was given does not do. */
  exit: Schema.Literals([1, 2]),
  sentence: Schema.String
}) {
  override get message(): string {
    return this.sentence
  }
}

export const failed = (sentence: string) => new BackupRefused({ exit: 1, sentence })
export const refused = (sentence: string) => new BackupRefused({ exit: 2, sentence })

/** Does something with files; `what` begins the sentence about what went wrong. */
export const attempt = <A>(what: string, work: () => A): Effect.Effect<A, BackupRefused> =>
  Effect.try({
    try: work,
    catch: (error) => (error instanceof DataDirRefused ? refused(error.message) : failed(`${what} (${codeOf(error)}).`))
  })

/** Refuses where a folder has no room for so many bytes. */
export const needRoom = (free: number, needed: number): Effect.Effect<void, BackupRefused> =>
  free >= needed
    ? Effect.void
    : Effect.fail(
        failed(`There is no room: it takes ${Math.ceil(needed / 1e6)} MB, and ${Math.floor(free / 1e6)} MB are free.`)
      )

/** Of a command that ended with an error: 2 where a file is not what it should be. */
export const exitOf = (error: { readonly _tag: string }): 1 | 2 =>
  error instanceof BackupRefused ? error.exit : error._tag === "DataDirRefused" || error._tag === "NoLog" ? 2 : 1
