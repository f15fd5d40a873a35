import { Result } from "effect"
import { parseStorageHosts, type StorageHosts } from "../adapters/object-storage/storage-hosts.ts"
import type { MasterKeys } from "../application/ports/vault.ts"
import type { Settings } from "../application/settings.ts"
import { callbackAuth } from "./callback-auth-variable.ts"
import { type ConfigurationWrong, configurationWrong } from "./configuration-wrong.ts"
import { usableDataDir } from "./data-dir.ts"
import { pause, pauseOrNone, period } from "./durations.ts"
import { esignEnvironment } from "./esign-environment.ts"
import { eventStore } from "./event-store-variables.ts"
import { holdsData } from "./first-start.ts"
import { kafka } from "./kafka-variables.ts"
import { address, oneOf, partnerUserIdType, rate, secret, token, wholeNumber } from "./kinds.ts"
import { logLevels } from "./logging.ts"
import { givenMasterKeys } from "./master-keys.ts"
import { ownMasterKeys } from "./own-master-key.ts"
import { ownSigningKeys } from "./own-signing-key.ts"
import { all, type Check, checked, optional, type Read, type Reader, required, withDefault } from "./reader.ts"
import { givenSigningKeys, type SigningKeys } from "./signing-keys.ts"
import { spelt, unknownVariables } from "./unknown-variables.ts"
import { supported } from "./unsupported.ts"
import { uploadWindow } from "./upload-window.ts"
import { clientsFileOf, dataDirOf, isProduction, readVariables } from "./variables.ts"

const minutes = 60_000
const hours = 60 * minutes
const days = 24 * hours

const pollPauses = {
  after: withDefault("VERDICT_POLL_AFTER", period, 10 * minutes),
  most: withDefault("VERDICT_POLL_MAX", period, 6 * hours)
}
const pollsBackOff: Check = (variables) => {
  const read = all(pollPauses)(variables)
  return Result.isSuccess(read) && read.success.most < read.success.after
    ? [{ variable: "VERDICT_POLL_MAX", rule: "takes a duration that is not shorter than VERDICT_POLL_AFTER" }]
    : []
}

const settings: Reader<Omit<Settings["Service"], "owner">> = all({
  maxAttempts: withDefault("MAX_ATTEMPTS", wholeNumber(1, 10_000), 50),
  uploadWindow,
  eraseAfter: optional("ERASE_AFTER", period),
  checkpointInterval: withDefault("CHECKPOINT_INTERVAL", pause, minutes),
  giveUpAfter: withDefault("GIVE_UP_AFTER", period, 7 * days),
  verdictPollAfter: pollPauses.after,
  verdictPollMax: pollPauses.most,
  sweepInterval: withDefault("SWEEP_INTERVAL", pause, 5_000),
  retryMaxDelay: withDefault("RETRY_MAX_DELAY", pause, minutes),
  esignTimeout: withDefault("ESIGN_TIMEOUT", pause, 10_000),
  esignConcurrency: withDefault("ESIGN_CONCURRENCY", wholeNumber(1, 10_000), 64)
})

const storageHosts: Reader<StorageHosts> = ({ ESIGN_STORAGE_HOSTS: text }) =>
  Result.mapError(parseStorageHosts(text), (rule) => [{ variable: "ESIGN_STORAGE_HOSTS", rule }])

const reader = (directory: string) =>
  checked(
    all({
      /** `NODE_ENV=production`: nothing is made that should be there. */
      isProduction: (variables) => Result.succeed(isProduction(variables)),
      /** Absolute, as all paths here. */
      dataDir: (variables) => Result.succeed(dataDirOf(variables, directory)),
      eventStore,
      /** undefined: nothing goes to Kafka. */
      kafka,
      clientsFile: (variables) => Result.succeed(clientsFileOf(variables, directory)),
      masterKeys: givenMasterKeys(directory),
      signingKeys: givenSigningKeys(directory),
      logLevel: withDefault("LOG_LEVEL", oneOf(...logLevels), "info"),
      server: all({
        host: withDefault("HOST", address, "127.0.0.1"),
        /** 0 takes a free one. */
        port: withDefault("PORT", wholeNumber(0, 65_535), 8080),
        keepAliveTimeout: withDefault("KEEP_ALIVE_TIMEOUT", pause, 75_000),
        shutdownDelay: withDefault("SHUTDOWN_DELAY", pauseOrNone, 0),
        /** Requests per second and client; undefined: as many as come. */
        rateLimit: optional("RATE_LIMIT", rate)
      }),
      esign: esignEnvironment,
      credentials: all({
        clientId: required("ESIGN_CLIENT_ID", token),
        passKey: required("ESIGN_PASS_KEY", secret(token)),
        onboardingPartner: required("ESIGN_ONBOARDING_PARTNER", token)
      }),
      callbackAuth,
      storageHosts,
      partnerUserIdType: optional("PARTNER_USER_ID_TYPE", partnerUserIdType),
      /** Names of variables that may have been meant for this program. */
      unknownVariables,
      settings
    }),
    usableDataDir(directory),
    spelt,
    supported,
    pollsBackOff
  )

/** The configuration (contract/service-api §5); times in milliseconds. */
export type Config = Omit<Read<ReturnType<typeof reader>>, "masterKeys" | "signingKeys"> & {
  readonly masterKeys: MasterKeys
  readonly signingKeys: SigningKeys
}

/** They would stay in diagnostic reports and go to worker threads with the environment. */
const secrets = [
  "ESIGN_CLIENT_ID",
  "MASTER_KEY",
  "ESIGN_PASS_KEY",
  "ESIGN_CALLBACK_AUTH",
  "DATABASE_URL",
  "EVENTSTOREDB_URL",
  "KAFKA_SASL_PASSWORD"
]

/**
 * Reads the configuration from the environment and the file `.env` of a directory, once: secrets are taken out of the environment. Makes
 * a master key and a signing key in the data directory when the configuration leaves that to us and everything else is right.
 */
export const readConfig = (
  environment: Record<string, string | undefined>,
  directory: string
): Result.Result<Config, ConfigurationWrong> => {
  const config = Result.gen(function* () {
    const variables = yield* Result.mapError(readVariables(environment, directory), (problem) => [problem])
    const given = yield* reader(directory)(variables)
    const masterKeys =
      given.masterKeys ??
      (yield* Result.mapError(ownMasterKeys(given.dataDir, holdsData(given)), (problem) => [problem]))
    const signingKeys =
      given.signingKeys ?? (yield* Result.mapError(ownSigningKeys(given.dataDir), (problem) => [problem]))
    return Object.freeze({ ...given, masterKeys, signingKeys })
  })
  for (const secret of secrets) delete environment[secret]
  return Result.mapError(config, configurationWrong)
}
