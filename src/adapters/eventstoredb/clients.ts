import type { EventStoreDBClient } from "@eventstore/db-client"
import { type Channel, closingForGood } from "./channel.ts"

/** A client, and how much it is in use. */
export type ClientHandle = {
  readonly client: EventStoreDBClient
  /** Grows by one with each client. */
  readonly generation: number
  calls: number
  isRetired: boolean
  readonly end: () => Promise<void>
}

export type Clients = {
  readonly current: () => ClientHandle
  /** A call begins, on the newest client. */
  readonly acquire: () => ClientHandle
  readonly release: (handle: ClientHandle) => void
  /**
   * New calls get a new client; the old one ends with the last of its calls. Nothing happens if it was replaced already, and it stays while no
   * other can be made. Never throws.
   */
  readonly replace: (handle: ClientHandle) => void
  /** Called after each replacement, before the old client ends; answers how to stop that. */
  readonly onReplaced: (listener: () => void) => () => void
  readonly close: () => Promise<void>
}

export type ClientsOptions = {
  /** Throws when a file of certificates cannot be read: each client reads them anew. */
  readonly connect: (generation: number) => EventStoreDBClient
  /** A client could not be replaced; told once until one was. */
  readonly onKept?: (() => void) | undefined
}

/** One client at a time, and those before it whose calls are not over yet. */
export const makeClients = ({ connect, onKept }: ClientsOptions): Clients => {
  const listeners = new Set<() => void>()
  let current = begin(connect, 0)
  let isKept = false
  const next = () => {
    try {
      const handle = begin(connect, current.generation + 1)
      isKept = false
      return handle
    } catch {
      if (!isKept) onKept?.()
      isKept = true
      return undefined
    }
  }
  const endWhenIdle = (old: ClientHandle) => {
    if (old.isRetired && old.calls === 0) void old.end()
  }
  return {
    current: () => current,
    acquire: () => {
      current.calls++
      return current
    },
    release: (left) => {
      left.calls--
      endWhenIdle(left)
    },
    replace: (old) => {
      if (old !== current || old.isRetired) return
      const newer = next()
      if (newer === undefined) return
      current = newer
      old.isRetired = true
      for (const listener of listeners) listener()
      endWhenIdle(old)
    },
    onReplaced: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: () => {
      current.isRetired = true
      return current.end()
    }
  }
}

type Inside = {
  getChannel: () => Promise<Channel>
  handleError: (...failed: ReadonlyArray<unknown>) => Promise<void>
}

const begin = (connect: ClientsOptions["connect"], generation: number): ClientHandle => {
  const client = connect(generation)
  const inside = client as unknown as Inside
  const { getChannel, handleError } = inside
  let channel: Promise<Channel> | undefined
  inside.getChannel = () => {
    channel = getChannel().then(closingForGood)
    return channel
  }
  // After a failed call it waits for the channel that is about to be made, and nobody waits for it. A cluster without a leader gives none: the
  // rejection, which nobody would hear, ends the process. Whoever wants the channel for a call is told of it all the same.
  inside.handleError = (...failed) => handleError(...failed).catch(() => {})
  /** `dispose` ends a client's streams and leaves its connection open for half an hour: that is ended here, too. */
  const end = async () => {
    await client.dispose()
    await channel?.then(
      (open) => open.close(),
      () => {}
    )
  }
  return { client, generation, calls: 0, isRetired: false, end }
}
