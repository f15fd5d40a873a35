import type { GrpcCall } from "./grpc/grpc-call.ts"
import { CallEnded, GrpcError, status } from "./grpc/status.ts"

export type FaultyMethod = "append" | "batchAppend" | "read" | "subscribe" | "delete" | "tombstone" | "gossip"

/** Something that goes wrong with some calls. */
export interface Fault {
  readonly on: FaultyMethod
  /** Before the call has its effect (default), or after it and before its answer. */
  readonly when?: "before" | "after"
  /**
   * `drop` ends the connection and `reset` only this call, `error` answers a status, `hang` nothing, and `delay` late. `slow` pauses
   * before each answer of a read or a subscription; a `silent` subscription is confirmed and delivers nothing.
   */
  readonly effect: "drop" | "reset" | "error" | "hang" | "delay" | "slow" | "silent"
  /** How many calls; default 1. */
  readonly times?: number
  /** Only calls for streams whose names begin so; for `$all` that is its name. */
  readonly stream?: string
  /** Of `delay` and `slow`. */
  readonly ms?: number
  /** Of `error`: the status. */
  readonly code?: number
  readonly message?: string
}

/** The faults that are still to happen, in the order in which they were asked for. */
export class Faults {
  #left: Array<{ readonly fault: Fault; times: number }> = []

  add(fault: Fault): void {
    this.#left.push({ fault, times: fault.times ?? 1 })
  }

  clear(): void {
    this.#left = []
  }

  pending(): number {
    return this.#left.reduce((sum, { times }) => sum + times, 0)
  }

  /** Lets happen what is due to this call. Answers whether it is a silent one. */
  async meet(when: "before" | "after", method: FaultyMethod, stream: string, call: GrpcCall): Promise<boolean> {
    const fault = this.#take(when, method, stream)
    switch (fault?.effect) {
      case undefined:
        return false
      case "silent":
        return true
      case "drop":
        call.dropConnection()
        throw new CallEnded()
      case "reset":
        call.reset()
        throw new CallEnded()
      case "error":
        throw new GrpcError(fault.code ?? status.unavailable, fault.message ?? "Fault.")
      case "hang":
        return call.forever()
      case "delay":
        await call.pause(fault.ms ?? 0)
        return false
      case "slow":
        call.pauseMs = fault.ms ?? 0
        return false
    }
  }

  #take(when: "before" | "after", method: FaultyMethod, stream: string): Fault | undefined {
    const due = this.#left.find(({ fault }) => {
      return fault.on === method && (fault.when ?? "before") === when && stream.startsWith(fault.stream ?? "")
    })
    if (due === undefined) return undefined
    due.times--
    this.#left = this.#left.filter(({ times }) => times > 0)
    return due.fault
  }
}
