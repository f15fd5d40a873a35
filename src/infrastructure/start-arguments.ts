import { Result } from "effect"

export type StartArguments = { readonly afterRestore: boolean }

/** What may follow on `npm start --`; an argument that is none may be a secret, and is not repeated. */
export const readStartArguments = (args: ReadonlyArray<string>): Result.Result<StartArguments, string> => {
  const [first, ...rest] = args
  if (first === undefined) return Result.succeed({ afterRestore: false })
  return first === "--after-restore" && rest.length === 0
    ? Result.succeed({ afterRestore: true })
    : Result.fail(
        "The start takes one argument at most: --after-restore, once, after the log was put back from a backup (npm start -- --after-restore). All else is configured by variables."
      )
}
