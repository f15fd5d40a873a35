import { Effect, Exit, Option } from "effect"
import type { RegistrationCommand } from "../domain/registration/commands.ts"
import type { Refusal } from "../domain/registration/refusals.ts"
import type { Known } from "./history/loaded.ts"
import { type CommandOutcome, Telemetry } from "./ports/telemetry.ts"

type Errors = { readonly _tag: Refusal["_tag"] | "RevisionConflict" | "EventStoreUnavailable" }

/**
 * Tells how a command was decided on what is known of its registration, and whether that got into the log. Takes what `transact` decides
 * with, in that order.
 */
export const countCommand = <A extends Known, E extends Errors, R>(
  deciding: Effect.Effect<A, E, R>,
  _registration: string,
  { _tag: command }: RegistrationCommand,
  _by: unknown,
  known: Known
) =>
  Effect.flatMap(Telemetry, ({ commandDecided }) =>
    Effect.onExit(deciding, (exit) => {
      const outcome = outcomeOf(exit, known)
      if (outcome) commandDecided(command, outcome)
      return Effect.void
    })
  )

/** None of a bug, or of who was interrupted. */
const outcomeOf = (exit: Exit.Exit<Known, Errors>, known: Known): CommandOutcome | undefined => {
  if (Exit.isSuccess(exit)) return exit.value.tip === known.tip ? "nothing" : "done"
  const tag = Option.getOrUndefined(Exit.findErrorOption(exit))?._tag
  if (tag === "RevisionConflict") return "conflict"
  return tag === "EventStoreUnavailable" ? "unavailable" : tag
}
