import { Effect } from "effect"
import type { Registration } from "../../domain/registration/registration.ts"
import { Tombstones } from "../ports/tombstones.ts"

/** What became of the key of a registration; undefined while the vault cannot be read. */
export const lookAtKey = ({ request }: Registration) =>
  Tombstones.use((tombstones) => tombstones.stateOf(request.personal.keyId)).pipe(
    Effect.catchTag("VaultUnavailable", () => Effect.undefined)
  )
