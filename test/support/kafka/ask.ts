import { once } from "node:events"
import { connect } from "node:net"
import { framesOf } from "./frames.ts"

const correlationId = 1
const clientId = Buffer.from("certreg-tests")

const int16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}
const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

/** Sends a request of Kafka's protocol that the client does not have, and answers what comes back behind the correlation id. */
export const ask = async (address: string, key: number, version: number, body: Buffer): Promise<Buffer> => {
  const [host = "", port = ""] = address.split(":")
  const socket = connect(Number(port), host)
  try {
    await once(socket, "connect")
    const head = [int16(key), int16(version), int32(correlationId), int16(clientId.length), clientId]
    const request = Buffer.concat([...head, body])
    const answer = new Promise<Buffer>((resolve, reject) => {
      socket.on("data", framesOf(resolve)).on("error", reject)
      socket.on("close", () => reject(new Error(`${address} gives no answer`)))
      socket.setTimeout(10_000, () => reject(new Error(`${address} is silent`)))
    })
    socket.write(Buffer.concat([int32(request.length), request]))
    return (await answer).subarray(8)
  } finally {
    socket.destroy()
  }
}
