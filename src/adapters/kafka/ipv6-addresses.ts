import * as net from "node:net"
import * as tls from "node:tls"
import type { ISocketFactory } from "kafkajs"

const keepAliveAfter = 60_000
/** No host has a name that ends so (RFC 6761). */
const reserved = ".invalid"

/**
 * KafkaJS 2.2.4 ends the host of an address at its first colon. An IPv6 address goes by another name until it is dialled; those that brokers
 * tell are no addresses that anything is cut from.
 */
export const nameIpv6Addresses = (addresses: ReadonlyArray<string>) => {
  const hosts = new Map<string, string>()
  const brokers = addresses.map((address, i) => {
    const [, host, port] = /^\[(.+)\]:(\d+)$/.exec(address) ?? []
    if (host === undefined) return address
    const name = `ipv6-${i}${reserved}`
    hosts.set(name, host)
    return `${name}:${port}`
  })
  const socketFactory: ISocketFactory = ({ host: named, port, ssl, onConnect }) => {
    const host = hosts.get(named) ?? named
    const to = { host, port }
    const servername = net.isIP(host) === 0 ? { servername: host } : {}
    const socket = ssl ? tls.connect({ ...to, ...servername, ...ssl }, onConnect) : net.connect(to, onConnect)
    return socket.setKeepAlive(true, keepAliveAfter)
  }
  return { brokers, socketFactory }
}
