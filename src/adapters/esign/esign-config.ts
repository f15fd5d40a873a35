import type { Redacted } from "effect"

/** Where the platform is, who we are there, and how long a call may take. */
export type EsignConfig = {
  readonly baseUrl: string
  readonly tokenBaseUrl: string
  readonly clientId: string
  readonly passKey: Redacted.Redacted<string>
  readonly onboardingPartner: string
  /** Of one transmission, from the attempt to connect to the last byte of the answer. */
  readonly timeoutMillis: number
  /** At once, to each host; more calls wait for a free connection, on their own time. */
  readonly connections?: number
  /** Called with the `Date` of every answer. */
  readonly onServerDate?: (epochMillis: number) => void
  /** Called after every fetch of a token, with the seconds that it took. */
  readonly onToken?: (outcome: "ok" | "unavailable", seconds: number) => void
}
