import { Context } from "effect"

/** What the configuration decides for the application (service-api §5). Durations in milliseconds. */
export class Settings extends Context.Service<
  Settings,
  {
    /** Names this process in claims: a claim of another owner is one whose owner is gone, or works elsewhere. */
    readonly owner: string
    readonly maxAttempts: number
    readonly uploadWindow: number
    readonly giveUpAfter: number
    readonly verdictPollAfter: number
    readonly verdictPollMax: number
    readonly sweepInterval: number
    readonly retryMaxDelay: number
    readonly esignTimeout: number
    readonly esignConcurrency: number
    /** How long after its end the personal data of a registration is erased; undefined: on request alone. */
    readonly eraseAfter?: number | undefined
    /** How long an event waits at most for the checkpoint that covers it. */
    readonly checkpointInterval: number
  }
>()("certreg/application/Settings") {}
