import { once } from "node:events"
import { constants, createServer, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2"
import type { Socket } from "node:net"
import { GrpcCall } from "./grpc-call.ts"
import { CallEnded, GrpcError, status } from "./status.ts"

export type Handler = (call: GrpcCall) => Promise<void>

export interface GrpcServer {
  readonly take: (socket: Socket) => void
  readonly connections: () => number
  readonly dropConnections: () => void
  /** Takes no more calls, waits for those that run, and then ends them without a status. */
  readonly drain: (graceMs: number) => Promise<void>
}

const mebibyte = 1024 * 1024
const settings = {
  maxConcurrentStreams: 100,
  initialWindowSize: 768 * 1024,
  // Tests cancel more calls in a moment than anybody who means well.
  streamResetBurst: 1_000_000,
  streamResetRate: 1_000_000,
  maxSessionMemory: 1000
}

const answer = async (handler: Handler | undefined, call: GrpcCall): Promise<void> => {
  try {
    if (handler === undefined) throw new GrpcError(status.unimplemented, "Service is unimplemented.")
    await handler(call)
    call.finish()
  } catch (error) {
    if (error instanceof CallEnded || call.hasEnded) return
    if (!(error instanceof GrpcError)) process.stderr.write(`${error instanceof Error ? error.stack : error}\n`)
    call.fail(error instanceof GrpcError ? error : new GrpcError(status.unknown, "Exception was thrown by handler."))
  }
}

/** Calls by their paths, over HTTP/2 connections that are handed in. */
export const makeGrpcServer = (handlers: ReadonlyMap<string, Handler>): GrpcServer => {
  const sockets = new Map<ServerHttp2Session, Socket>()
  const calls = new Set<GrpcCall>()
  let onIdle = () => {}
  const { maxConcurrentStreams, initialWindowSize, ...limits } = settings
  const server = createServer({ settings: { maxConcurrentStreams, initialWindowSize }, ...limits })
  server.on("stream", (stream: ServerHttp2Stream, headers) => {
    const { session } = stream
    const call = new GrpcCall(stream, () => void (session && sockets.get(session as ServerHttp2Session)?.destroy()))
    calls.add(call)
    call.onEnd(() => {
      calls.delete(call)
      if (calls.size === 0) onIdle()
    })
    void answer(handlers.get(String(headers[":path"])), call)
  })
  return {
    take: (socket) => {
      server.once("session", (session) => {
        sockets.set(session, socket)
        session.setLocalWindowSize(mebibyte)
        session.on("error", () => {})
        session.once("close", () => sockets.delete(session))
      })
      server.emit("connection", socket)
    },
    connections: () => sockets.size,
    dropConnections: () => {
      for (const socket of sockets.values()) socket.destroy()
    },
    drain: async (graceMs) => {
      for (const session of sockets.keys()) if (!session.destroyed) session.goaway(constants.NGHTTP2_NO_ERROR)
      const timer = setTimeout(() => {
        for (const call of calls) call.reset()
      }, graceMs)
      await new Promise<void>((resolve) => {
        onIdle = resolve
        if (calls.size === 0) resolve()
      })
      clearTimeout(timer)
      const closed = [...sockets.keys()].map((session) => once(session, "close"))
      for (const session of sockets.keys()) session.close()
      await Promise.all(closed)
    }
  }
}
