import { Context } from "effect"
import type { RegistrationCommand } from "../../domain/registration/commands.ts"
import type { Refusal } from "../../domain/registration/refusals.ts"
import { Operation } from "./esign-platform.ts"

/**
 * What became of deciding a command once. `conflict`: somebody else was faster, and it is decided again. `unavailable`: its events could
 * not be appended.
 */
export type CommandOutcome = "done" | "nothing" | "conflict" | "unavailable" | Refusal["_tag"]

/** Calls of the platform, and of its storage. */
export const platformCalls = [...Operation.literals, "upload"] as const
export type PlatformCall = (typeof platformCalls)[number]

/**
 * How a call ended. `unavailable`: nothing was sent, or it was turned away; `unknown`: what it did is not known; `expired`: the presigned URL
 * ran out; `broken_off`: we ended it, since its claim did not hold any more or its image was none.
 */
export const callOutcomes = ["ok", "refused", "unavailable", "unknown", "expired", "broken_off"] as const
export type CallOutcome = (typeof callOutcomes)[number]

/** Why a request was not begun: too many commands were under way, the event loop lagged, or too many callbacks came. */
export const refusalReasons = ["commands", "event_loop", "callbacks"] as const
export type RefusalReason = (typeof refusalReasons)[number]

/** How messages leave by HTTP. */
export const feedWays = ["page", "stream"] as const
export type FeedWay = (typeof feedWays)[number]

/**
 * What is counted and measured. Never waits and never throws; nothing that it is told names a person, a registration or a client, and all
 * words are of closed sets. Times in seconds.
 */
export class Telemetry extends Context.Service<
  Telemetry,
  {
    /**
     * `route` as declared, undefined where there is none; `method` undefined for what could not be read as a request; `status` undefined when
     * the caller had gone before anything was sent. `seconds` from the headers on to the end of the answer, held ones included.
     */
    readonly requestAnswered: (
      route: string | undefined,
      method: string | undefined,
      status: number | undefined,
      seconds: number
    ) => void
    /** How many event streams are open; told whenever that changes. */
    readonly streamsOpen: (count: number) => void
    /** So many messages of the feed were given: in a page, or in a stream. */
    readonly messagesSent: (way: FeedWay, count: number) => void
    /** A request that is answered without having been begun; `requestAnswered` counts it too. */
    readonly requestRefused: (reason: RefusalReason) => void
    readonly commandDecided: (command: RegistrationCommand["_tag"], outcome: CommandOutcome) => void
    /** `seconds` as whoever called waited: for a token too, or for the image that is sent on. */
    readonly platformCalled: (call: PlatformCall, outcome: CallOutcome, seconds: number) => void
    /** A callback that names no submission. Answers how many came so far. */
    readonly callbackPinged: () => number
    /** So many jobs were written in one go; `seconds` without their waiting. */
    readonly groupCommitted: (jobs: number, seconds: number) => void
    /** From the asking on until it was on disk, or was not to be. */
    readonly appended: (seconds: number) => void
    /** How many jobs are not written yet; told whenever that changes. */
    readonly jobsWaiting: (count: number) => void
    /** The log is covered by a checkpoint up to a position; `at`: when that was signed, in seconds since 1970. */
    readonly checkpointSigned: (position: number, at: number) => void
  }
>()("certreg/application/ports/Telemetry") {}
