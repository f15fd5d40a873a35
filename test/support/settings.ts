import { Layer } from "effect"
import { Settings } from "../../src/application/settings.ts"

const settings: Settings["Service"] = {
  owner: "p1",
  maxAttempts: 50,
  uploadWindow: 30 * 86_400_000,
  giveUpAfter: 7 * 86_400_000,
  verdictPollAfter: 600_000,
  verdictPollMax: 21_600_000,
  sweepInterval: 5000,
  retryMaxDelay: 60_000,
  esignTimeout: 10_000,
  esignConcurrency: 8,
  checkpointInterval: 60_000
}

/** The defaults of the configuration (service-api §5), but for what a test changes. */
export const settingsWith = (changes: Partial<Settings["Service"]> = {}): Layer.Layer<Settings> =>
  Layer.succeed(Settings, { ...settings, ...changes })
