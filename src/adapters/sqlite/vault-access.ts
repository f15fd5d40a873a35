import { Effect, Schedule } from "effect"
import { VaultUnavailable } from "../../application/ports/vault.ts"
import type { Step } from "./jobs.ts"
import { codeOf } from "./sqlite-code.ts"
import type { Writer } from "./writer.ts"

/** For 10 seconds a reader of the vault's file may keep the bytes of a destroyed key from being overwritten. */
const untilReadersLeave = { schedule: Schedule.spaced("100 millis"), times: 100 }
const readerInTheWay = "reader_in_the_way"

const unavailable =
  (operation: string) =>
  ({ code }: { readonly code: string }) =>
    new VaultUnavailable({ operation, code })

/** A look at the vault's file. */
export const look = <A>(operation: string, read: () => A): Effect.Effect<A, VaultUnavailable> =>
  Effect.try({ try: read, catch: (error) => unavailable(operation)({ code: codeOf(error) }) })

/** One transaction of the vault; answers the rows that its last step changed. */
export const write = (writer: Writer, operation: string, steps: ReadonlyArray<Step>) =>
  Effect.mapError(writer.run(["vault", steps]), unavailable(operation))

/** Returns once no byte of what was overwritten is left in the vault's files. */
export const scrub = (writer: Writer, operation: string): Effect.Effect<void, VaultUnavailable> =>
  writer.run(["scrub"]).pipe(
    Effect.mapError(unavailable(operation)),
    Effect.filterOrFail(
      (done) => done === 1,
      () => new VaultUnavailable({ operation, code: readerInTheWay })
    ),
    Effect.retry({ ...untilReadersLeave, while: ({ code }) => code === readerInTheWay }),
    Effect.asVoid
  )
