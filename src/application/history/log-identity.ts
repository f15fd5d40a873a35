import { Context } from "effect"

/** Which log this process works on, and how often it was put back from a backup: known before anything else works. */
export class LogIdentity extends Context.Service<LogIdentity, { readonly logId: string; readonly epoch: number }>()(
  "certreg/application/history/LogIdentity"
) {}
