import { Effect } from "effect"
import type { RegistrationCommand } from "../../domain/registration/commands.ts"
import { process } from "../caller.ts"
import type { Known } from "../history/loaded.ts"
import { Settings } from "../settings.ts"
import { transact } from "../transact.ts"

/** A command of the driver's own, on the registration as it was seen last. */
export const record = (id: string, command: RegistrationCommand, known?: Known) =>
  Effect.flatMap(Settings, ({ owner }) => transact(id, command, { actor: process(owner) }, known))

/** A refusal of the platform as it is recorded; a cause in free text may repeat personal data, and is not. */
export const refusalOf = (error: { readonly reasonCode?: string; readonly platformCode?: string }) => ({
  _tag: "RecordRefusal" as const,
  reasonCode: error.reasonCode ?? "platform_refused",
  ...(error.platformCode === undefined ? {} : { platformCode: error.platformCode })
})
