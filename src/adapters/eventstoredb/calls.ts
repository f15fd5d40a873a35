import type { Credentials, EventStoreDBClient } from "@eventstore/db-client"
import { Effect } from "effect"
import { type CallFailed, callFailed, refused, timedOut } from "./call-failed.ts"
import type { Clients } from "./clients.ts"
import { type Lane, makeLane } from "./lane.ts"

/**
 * What each call is given. With credentials of its own an append is a call of its own; without them the client puts all appends of the
 * process into one call, whose end can end the process.
 */
export type CallOptions = {
  readonly credentials: Credentials
  readonly requiresLeader: true
  /** Milliseconds; reads do not heed it. */
  readonly deadline: number
}

/** `onAbandoned` takes what ends the call when nobody waits for it any more. */
export type Work<A> = (
  client: EventStoreDBClient,
  options: CallOptions,
  onAbandoned: (cancel: () => void) => void
) => Promise<A>

export type LaneName = "append" | "read"

export type Calls = {
  /** Does some work with the client in its turn. It fails at its deadline at the latest, and then the client is replaced. */
  readonly call: <A>(lane: LaneName, work: Work<A>) => Effect.Effect<A, CallFailed>
  /** Begins nothing any more; appends that are under way have a moment for their answers. */
  readonly close: () => Promise<void>
}

/** The server runs at most a hundred calls on a connection, subscriptions too: more would only wait, and unseen. */
const limits: { readonly [L in LaneName]: number } = { append: 64, read: 24 }
/** Milliseconds that appends are waited for which are under way at the end. */
const lastAppends = 2000

export type CallsOptions = {
  readonly clients: Clients
  readonly options: CallOptions
  /** Milliseconds that a call may take, and that it may wait for its turn. */
  readonly deadline: number
  /** How many appends wait or are under way; told whenever that changes. */
  readonly onAppends?: ((count: number) => void) | undefined
}

export const makeCalls = ({ clients, options, deadline, onAppends }: CallsOptions): Calls => {
  const lanes: { readonly [L in LaneName]: Lane } = {
    append: makeLane({ limit: limits.append, patience: deadline, onChange: onAppends }),
    read: makeLane({ limit: limits.read, patience: deadline })
  }
  /** How to break off what is under way. */
  const underWay: { readonly [L in LaneName]: Set<(failed: CallFailed) => void> } = {
    append: new Set(),
    read: new Set()
  }
  let isClosed = false
  let onLastAppend = () => {}

  const begin = <A>(
    lane: LaneName,
    work: Work<A>,
    resume: (answer: Effect.Effect<A, CallFailed>) => void
  ): ((failed: CallFailed) => void) => {
    const handle = clients.acquire()
    let cancel = () => {}
    const end = (answer: Effect.Effect<A, CallFailed>) => {
      if (!underWay[lane].delete(breakOff)) return
      clearTimeout(timer)
      clients.release(handle)
      lanes[lane].done()
      resume(answer)
      if (underWay.append.size === 0) onLastAppend()
    }
    const fail = (failed: CallFailed) => {
      if (failed === timedOut || failed.code === "deadline_exceeded") clients.replace(handle)
      end(Effect.fail(failed))
    }
    const breakOff = (failed: CallFailed) => {
      cancel()
      fail(failed)
    }
    underWay[lane].add(breakOff)
    // An answer that came while this thread stood still is heard first.
    const timer = setTimeout(() => setImmediate(breakOff, timedOut), deadline)
    begun(work, handle.client, options, (how) => {
      cancel = how
    }).then(
      (value) => end(Effect.succeed(value)),
      (error) => fail(callFailed(error))
    )
    return breakOff
  }

  const call = <A>(lane: LaneName, work: Work<A>): Effect.Effect<A, CallFailed> =>
    Effect.callback((resume) => {
      if (isClosed) return resume(Effect.fail(refused("closing")))
      let breakOff: ((failed: CallFailed) => void) | undefined
      const job = {
        start: () => {
          breakOff = begin(lane, work, resume)
        },
        refuse: (code: string) => resume(Effect.fail(refused(code))),
        since: performance.now()
      }
      lanes[lane].enter(job)
      return Effect.sync(() => {
        if (breakOff === undefined) lanes[lane].leave(job)
        // An append cannot be taken back: it keeps its place until its end is known.
        else if (lane === "read") breakOff(refused("interrupted"))
      })
    })

  const close = async () => {
    isClosed = true
    for (const lane of Object.values(lanes)) lane.clear("closing")
    for (const breakOff of underWay.read) breakOff(refused("closing"))
    await new Promise<void>((resolve) => {
      onLastAppend = resolve
      if (underWay.append.size === 0) resolve()
      else setTimeout(resolve, lastAppends)
    })
    for (const breakOff of underWay.append) breakOff({ outcome: "unknown", code: "closing" })
  }
  return { call, close }
}

/** Some arguments make the client throw at once. */
const begun = <A>(work: Work<A>, ...given: Parameters<Work<A>>): Promise<A> => {
  try {
    return work(...given)
  } catch (error) {
    return Promise.reject(error)
  }
}
