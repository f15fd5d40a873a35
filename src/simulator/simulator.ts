import { Callbacks } from "./callbacks.ts"
import { Contacts } from "./contacts.ts"
import { Ledger } from "./ledger.ts"
import type { Options } from "./options.ts"
import { PresignedUrls } from "./presigned-urls.ts"
import { Registry } from "./registry.ts"
import { Scenarios } from "./scenarios.ts"
import { Sessions } from "./sessions.ts"
import { Tokens } from "./tokens.ts"

/** Everything that the platform remembers. */
export interface Simulator {
  /** They change while it runs, when a script says so. */
  readonly options: Options
  readonly initialOptions: Readonly<Options>
  readonly ledger: Ledger
  readonly registry: Registry
  readonly scenarios: Scenarios
  readonly sessions: Sessions
  readonly tokens: Tokens
  readonly contacts: Contacts
  readonly urls: PresignedUrls
  readonly callbacks: Callbacks
  /** Base of the presigned URLs, once the port is known. */
  storageBase: string
}

export const makeSimulator = (options: Options): Simulator => {
  const ledger = new Ledger()
  return {
    options,
    initialOptions: { ...options },
    ledger,
    registry: new Registry(options.keep),
    scenarios: new Scenarios(options.keep),
    sessions: new Sessions(options.keep),
    tokens: new Tokens(),
    contacts: new Contacts(options.keep),
    urls: new PresignedUrls(),
    callbacks: new Callbacks(options, ledger),
    storageBase: ""
  }
}
