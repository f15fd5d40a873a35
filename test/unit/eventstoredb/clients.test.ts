import type { EventStoreDBClient } from "@eventstore/db-client"
import { describe, expect, it } from "vitest"
import { makeClients } from "../../../src/adapters/eventstoredb/clients.ts"

/** Clients that can be made or not, and that say when they end. */
const givenClients = () => {
  const seen = { made: [] as Array<number>, ended: [] as Array<number>, kept: 0, replaced: 0, canConnect: true }
  const clients = makeClients({
    connect: (generation) => {
      if (!seen.canConnect) throw new Error("a file was not found")
      seen.made.push(generation)
      const dispose = async () => void seen.ended.push(generation)
      const handleError = () => Promise.reject(new Error("nobody leads"))
      return { dispose, handleError, getChannel: async () => ({ close: () => {} }) } as unknown as EventStoreDBClient
    },
    onKept: () => void seen.kept++
  })
  clients.onReplaced(() => void seen.replaced++)
  return { clients, seen }
}

describe("a client", () => {
  it("that is replaced ends with the last of its calls", async () => {
    const { clients, seen } = givenClients()
    const first = clients.acquire()
    clients.replace(first)
    clients.replace(first)
    expect([clients.current().generation, seen.replaced, seen.ended]).toEqual([1, 1, []])
    clients.release(first)
    expect(seen.ended).toEqual([0])
  })

  it("stays as it is while no other can be made, which is told once until one was", async () => {
    const { clients, seen } = givenClients()
    seen.canConnect = false
    const first = clients.acquire()
    clients.replace(first)
    clients.replace(first)
    clients.release(first)
    expect(clients.acquire()).toBe(first)
    expect(seen).toMatchObject({ made: [0], ended: [], kept: 1, replaced: 0 })
    seen.canConnect = true
    clients.replace(first)
    seen.canConnect = false
    clients.replace(clients.current())
    expect(seen).toMatchObject({ made: [0, 1], kept: 2, replaced: 1 })
  })

  it("finds no leader without a rejection that nobody hears", async () => {
    const { clients } = givenClients()
    const { handleError } = clients.current().client as unknown as { readonly handleError: () => Promise<void> }
    expect(await handleError()).toBeUndefined()
  })
})
