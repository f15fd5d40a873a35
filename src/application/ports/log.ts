import { Context } from "effect"

declare const ours: unique symbol
/** A sentence that is put together of our own words, of numbers, times and codes (`outage-words.ts`). */
export type Words = string & { readonly [ours]: true }

/** All that a log line may hold: ids, tags and numbers. What is not here cannot be logged. */
export type LogFields = {
  readonly requestId?: string
  readonly correlationId?: string
  readonly registrationId?: string
  /** Of the caller's `traceparent`: 32 hexadecimal digits. */
  readonly traceId?: string
  readonly clientId?: string
  /** As declared (`/v1/registrations/:id`), never the URL as it came. */
  readonly route?: string
  readonly method?: string
  readonly status?: number
  readonly millis?: number
  /** A call of the platform, a port's method, a follower, a step. */
  readonly operation?: string
  /** The tag of an error. */
  readonly tag?: string
  /** A code of an error: a word, never a message. */
  readonly code?: string
  readonly stream?: string
  readonly revision?: number
  readonly storedName?: string
  readonly count?: number
  /** Of the log. */
  readonly epoch?: number
  readonly host?: string
  readonly port?: number
  readonly version?: string
  readonly detail?: Words
  /** A signed note of the log: ids, numbers and hashes. */
  readonly note?: string
}

type Write = (event: string, fields?: LogFields) => void

/** Structured log lines. Never waits, never throws, keeps a bounded amount when nobody reads. */
export class Log extends Context.Service<
  Log,
  { readonly debug: Write; readonly info: Write; readonly warn: Write; readonly error: Write }
>()("certreg/application/ports/Log") {}
