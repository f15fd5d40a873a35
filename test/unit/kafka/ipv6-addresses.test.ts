import { once } from "node:events"
import { type AddressInfo, createServer } from "node:net"
import { expect, it, onTestFinished } from "vitest"
import { nameIpv6Addresses } from "../../../src/adapters/kafka/ipv6-addresses.ts"
import { clientsOf } from "../../../src/adapters/kafka/kafka-client.ts"

const nothing = () => {}
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing }

it("names an IPv6 address without a colon, and leaves the others", () => {
  const { brokers } = nameIpv6Addresses(["kafka.example:9092", "[::1]:9093", "127.0.0.1:1", "[2001:db8::7]:9092"])
  expect(brokers).toEqual(["kafka.example:9092", "ipv6-1.invalid:9093", "127.0.0.1:1", "ipv6-3.invalid:9092"])
})

it.each(["127.0.0.1", "::1"])("the client dials %s", async (host) => {
  let dialled = 0
  const server = createServer((socket) => {
    dialled++
    socket.destroy()
  }).listen(0, host)
  const listens = await once(server, "listening").then(
    () => true,
    () => false
  )
  // Not every machine has IPv6.
  if (!listens) return
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const address = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`
  const makeClient = await clientsOf({ brokers: [address], ssl: false }, silent)
  const admin = makeClient().admin()
  await expect(admin.connect().then(() => admin.describeCluster())).rejects.toThrow()
  expect(dialled).toBeGreaterThan(0)
  await admin.disconnect()
})
