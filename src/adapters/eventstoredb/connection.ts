import { Effect, Redacted, type Scope } from "effect"
import { type CallOptions, type Calls, makeCalls } from "./calls.ts"
import { type Clients, makeClients } from "./clients.ts"
import { credentialsIn, withConnectionOfItsOwn } from "./connection-string.ts"
import { EventStoreDbRefused } from "./refused.ts"

export type Connection = {
  readonly call: Calls["call"]
  /** The client, for what is no single call; it moves to the next one after `onReplaced`. */
  readonly clients: Pick<Clients, "current" | "replace" | "onReplaced">
  readonly options: CallOptions
  readonly isClosed: () => boolean
}

export type ConnectionOptions = {
  /** Without a flaw. */
  readonly url: Redacted.Redacted<string>
  /** Milliseconds that a call may take, and that it may wait for its turn. */
  readonly deadline?: number | undefined
  /** How many appends wait or are under way; told whenever that changes. */
  readonly onAppends?: ((count: number) => void) | undefined
  /** A client that got no answer could not be replaced; told once until one was. */
  readonly onKept?: (() => void) | undefined
}

/** An insecure server ignores them. */
const placeholders = { username: "certreg", password: "certreg" }
/** Milliseconds between our deadline of a call and the one at which the client takes the call back by itself. */
const margin = 1000

/** Opens the one client of this process; at the end of the scope nothing is called any more. */
export const openConnection = Effect.fnUntraced(function* ({
  url,
  deadline = 10_000,
  onAppends,
  onKept
}: ConnectionOptions): Effect.fn.Return<Connection, EventStoreDbRefused, Scope.Scope> {
  const text = Redacted.value(url)
  // Loaded when it is needed: with another store nobody waits for it.
  const { EventStoreDBClient } = yield* Effect.promise(() => import("@eventstore/db-client"))
  const connect = (generation: number) => EventStoreDBClient.connectionString(withConnectionOfItsOwn(text, generation))
  const clients = yield* Effect.try({ try: () => makeClients({ connect, onKept }), catch: () => cannotConnect })
  const options: CallOptions = {
    credentials: credentialsIn(text) ?? placeholders,
    requiresLeader: true,
    deadline: deadline + margin
  }
  const { call, close } = makeCalls({ clients, options, deadline, onAppends })
  let isClosed = false
  yield* Effect.addFinalizer(() =>
    Effect.promise(async () => {
      isClosed = true
      await close()
      await clients.close()
    })
  )
  return { call, clients, options, isClosed: () => isClosed }
})

const cannotConnect = new EventStoreDbRefused({
  reason: "The client of EventStoreDB cannot be made: see that the files that EVENTSTOREDB_URL names can be read."
})
