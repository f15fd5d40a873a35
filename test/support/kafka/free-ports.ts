import { randomInt } from "node:crypto"
import { once } from "node:events"
import { createServer } from "node:net"

/** Systems give ports from here on to whoever asks for any: a server that is down for a moment would find its own taken. */
const ephemeral = 32_768
const first = 15_000

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer().listen(port, "127.0.0.1")
  try {
    await once(server, "listening")
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}

/** Ports for a server that goes down and comes again. */
export const freePorts = async (count: number): Promise<ReadonlyArray<number>> => {
  const ports = new Set<number>()
  while (ports.size < count) {
    const port = randomInt(first, ephemeral)
    if (await isFree(port)) ports.add(port)
  }
  return [...ports]
}
