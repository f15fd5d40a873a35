import { once } from "node:events"
import { connect, createServer, type Socket } from "node:net"
import { framesOf } from "./frames.ts"
import { type ProduceRequest, produceRequestOf } from "./produce-request.ts"

/**
 * What becomes of an answer to a produce request; the broker has done what it was asked in any case. `empty`: an answer without a word of any
 * partition comes instead.
 */
export type Fate = "pass" | "swallow" | "cut" | "empty"

/** No topic, and no throttling. */
const emptyAnswer = (frame: Buffer): Buffer => {
  const answer = Buffer.alloc(16)
  answer.writeInt32BE(12, 0)
  frame.copy(answer, 4, 4, 8)
  return answer
}

export interface BrokerProxy {
  readonly port: number
  /** Where it passes connections on to; known once the broker is there. */
  readonly aimAt: (port: number) => void
  /** Asked at each answer to a produce request. */
  readonly onProduceAnswer: (fate: (request: ProduceRequest) => Fate) => void
  /** Milliseconds that every answer comes late by. */
  readonly delay: (millis: number) => void
  readonly dropConnections: () => void
  /** All produce requests that it passed on, in their order. */
  readonly produced: () => ReadonlyArray<ProduceRequest>
  /** How many produce requests to one partition were out at the same time, at most. */
  readonly mostAtOnce: () => number
  readonly close: () => Promise<void>
}

/** Stands before a broker, knows where requests and answers begin, and can lose single answers. */
export const startProxy = async (port: number): Promise<BrokerProxy> => {
  const sockets = new Set<Socket>()
  const produced: Array<ProduceRequest> = []
  const out = new Map<string, number>()
  let target = 0
  let fateOf: (request: ProduceRequest) => Fate = () => "pass"
  let late = 0
  let mostAtOnce = 0

  const count = ({ partitions }: ProduceRequest, step: 1 | -1) => {
    for (const { topic, partition } of partitions) {
      const name = `${topic} ${partition}`
      const now = (out.get(name) ?? 0) + step
      out.set(name, now)
      mostAtOnce = Math.max(mostAtOnce, now)
    }
  }

  const server = createServer((client) => {
    const broker = connect(target, "127.0.0.1")
    const waiting = new Map<number, ProduceRequest>()
    for (const socket of [client, broker]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on("error", () => {})
      socket.on("close", () => {
        sockets.delete(socket)
        client.destroy()
        broker.destroy()
        for (const request of waiting.values()) count(request, -1)
        waiting.clear()
      })
    }
    client.on(
      "data",
      framesOf((frame) => {
        const request = produceRequestOf(frame)
        if (request) {
          produced.push(request)
          waiting.set(request.correlationId, request)
          count(request, 1)
        }
        broker.write(frame)
      })
    )
    const answer = (frame: Buffer) => {
      const request = waiting.get(frame.readInt32BE(4))
      if (request) {
        waiting.delete(request.correlationId)
        count(request, -1)
      }
      const fate = request ? fateOf(request) : "pass"
      if (fate === "pass") client.write(frame)
      if (fate === "empty") client.write(emptyAnswer(frame))
      if (fate === "cut") client.destroy()
    }
    broker.on(
      "data",
      framesOf((frame) => {
        if (late > 0) setTimeout(answer, late, frame)
        else answer(frame)
      })
    )
  })
  server.listen(port, "127.0.0.1")
  await once(server, "listening")
  const dropConnections = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port,
    aimAt: (to) => {
      target = to
    },
    onProduceAnswer: (fate) => {
      fateOf = fate
    },
    delay: (millis) => {
      late = millis
    },
    dropConnections,
    produced: () => produced,
    mostAtOnce: () => mostAtOnce,
    close: async () => {
      server.close()
      dropConnections()
    }
  }
}
