import { once } from "node:events"
import { connect, type LookupFunction, type Socket } from "node:net"
import { constants } from "node:os"
import { scriptedServer } from "../support/scripted-server.ts"

/** What a socket calls to connect, of both families; 0 or a negative error number. */
type Dial = (this: Handle, request: unknown, address: string, port: number) => number
type Handle = { connect: Dial; connect6: Dial }

/** The class of the handles beneath all TCP sockets of this process, those under TLS too. */
const handles = async (port: number): Promise<Handle> => {
  const socket = connect(port, "127.0.0.1") as Socket & { readonly _handle: object }
  const handle = Object.getPrototypeOf(socket._handle) as Handle
  await once(socket, "connect")
  socket.destroy()
  return handle
}

/**
 * Notes every address that this process asks the kernel to connect to, and leads all of them to a storage of this test, which answers
 * 200 and counts its connections: what is dialled does connect, and nothing leaves the machine.
 */
export const dialProbe = async () => {
  const storage = await scriptedServer((request, response) => request.resume().on("end", () => response.end()))
  const port = Number(storage.host.split(":")[1])
  const handle = await handles(port)
  const { connect: real, connect6 } = handle
  const dialled: Array<string> = []
  const deaf = new Set<string>()
  let aside = ""
  const dial: Dial = function (request, address, to) {
    dialled.push(`${address} ${to}`)
    if (deaf.has(address)) return -constants.errno.ECONNREFUSED
    return real.call(this, request, "127.0.0.1", `${address}:${to}` === aside ? to : port)
  }
  handle.connect = dial
  handle.connect6 = dial
  let before = storage.counted.connections
  return {
    /** Addresses that refuse to be connected to. */
    deaf,
    /** Lets `host`, of this machine, be reached while something is done. */
    aside: async (host: string, work: () => Promise<unknown>) => {
      aside = host
      await work()
      aside = ""
    },
    /** `<address> <port>` of every attempt since it was asked last, and how many connections the storage got. */
    seen: () => {
      const connections = storage.counted.connections - before
      before = storage.counted.connections
      return { dialled: dialled.splice(0), connections }
    },
    close: async () => {
      Object.assign(handle, { connect: real, connect6 })
      await storage.close()
    }
  }
}
export type DialProbe = Awaited<ReturnType<typeof dialProbe>>

/** A DNS that answers each question with the next of these answers, and with the last one from then on; `asked` notes the names. */
export const answering = (...answers: ReadonlyArray<ReadonlyArray<string>>) => {
  const asked: Array<string> = []
  const lookup: LookupFunction = (name, { all }, callback) => {
    const found = (answers[Math.min(asked.push(name), answers.length) - 1] ?? []).map((address) => ({
      address,
      family: address.includes(":") ? 6 : 4
    }))
    // Later, as a real one: an error of a connection has nobody yet who hears it.
    setImmediate(() => (all ? callback(null, found) : callback(null, found[0]?.address ?? "", found[0]?.family)))
  }
  return { asked, lookup }
}
