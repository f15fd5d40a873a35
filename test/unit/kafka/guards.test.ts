import { once } from "node:events"
import { createServer as createHttp2Server } from "node:http2"
import { createRequire } from "node:module"
import { type AddressInfo, createServer, type Server, type Socket } from "node:net"
import { logLevel } from "kafkajs"
import { describe, expect, it, onTestFinished } from "vitest"
import { prototypeOf } from "../../../src/adapters/kafka/guards.ts"
import { loadKafkaJs } from "../../../src/adapters/kafka/kafka-client.ts"
import { eventually } from "../../support/eventually.ts"
import { adapterOn, recordsOf } from "../../support/kafka/adapter.ts"

const inside = (path: string) => createRequire(import.meta.url)(`kafkajs/src/${path}`)

const portOf = async (server: Server): Promise<number> => {
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}
/** `serve` is told the how manieth connection it is. */
const serverThat = (serve: (socket: Socket, number: number) => void) => {
  let count = 0
  return createServer({ allowHalfOpen: true }, (socket) => {
    onTestFinished(() => void socket.destroy())
    serve(
      socket.on("error", () => {}),
      ++count
    )
  })
}
const bytes = (...all: ReadonlyArray<number>) =>
  serverThat((socket) => socket.on("data", () => socket.write(Buffer.from(all))))

/** A connection of the client's own, as it keeps one to each broker. */
const connectionTo = async (port: number) => {
  await loadKafkaJs()
  const Connection = inside("network/connection.js")
  const logger = inside("loggers/index.js").createLogger({ level: logLevel.NOTHING, logCreator: () => () => {} })
  const socketFactory = inside("network/socketFactory.js")()
  return new Connection({
    host: "127.0.0.1",
    port,
    logger,
    socketFactory,
    requestTimeout: 30_000,
    connectionTimeout: 30_000
  })
}

describe("what answers and is no broker", () => {
  it.each([
    ["frames without content", () => bytes(0, 0, 0, 0)],
    ["frames with too little", () => bytes(0, 0, 0, 3, 1, 2, 3)],
    ["a length of -1", () => bytes(255, 255, 255, 255, 1, 2, 3, 4)],
    ["a negative length", () => bytes(255, 255, 255, 254, 1, 2, 3, 4)],
    ["HTTP/2", () => createHttp2Server()]
  ])("fails what is asked, and nothing else: %s", async (_, make) => {
    const adapter = adapterOn([`127.0.0.1:${await portOf(make())}`], "topic")
    const failure = { advice: expect.stringContaining("KAFKA_BROKERS") }
    expect(await adapter.describe()).toMatchObject({ failure })
    expect(await adapter.send(0, recordsOf("a", 1))).toMatchObject({ failure })
  })
})

describe("a connection that is made anew", () => {
  it("does not begin with what the one before left of an answer", async () => {
    const port = await portOf(
      serverThat((socket, number) => {
        if (number === 1) socket.end(Buffer.from([0, 0, 0, 9, 0, 0, 0, 0]))
        // The number of the request, and that it can nothing.
        else
          socket.on("data", (request: Buffer) =>
            socket.write(Buffer.concat([Buffer.from([0, 0, 0, 10]), request.subarray(8, 12), Buffer.alloc(6)]))
          )
      })
    )
    const connection = await connectionTo(port)
    await connection.connect()
    await eventually("its end", () => !connection.isConnected())
    await connection.connect()
    const { protocol } = inside("protocol/requests/apiVersions/index.js")
    expect(await connection.send(protocol({ version: 0 })())).toMatchObject({ errorCode: 0, apiVersions: [] })
    await connection.disconnect()
  })
})

describe("a connection that is ended", () => {
  it("gives its socket back, also where the other side does not end it", async () => {
    const connection = await connectionTo(await portOf(serverThat((socket) => socket.resume())))
    await connection.connect()
    await connection.disconnect()
    await eventually("the socket's end", () => connection.socket.destroyed)
  })
})

describe("another version of the client", () => {
  it("is not used where a method is missing that has to be mended", () => {
    class Connection {
      connect() {}
    }
    expect(() => prototypeOf(Connection, "connect", "end")).toThrow("KafkaJS has no end in its Connection.")
  })
})
