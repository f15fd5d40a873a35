import { lookup } from "node:dns"
import { BlockList, isIPv4, isIPv6, type LookupFunction } from "node:net"

const privateIpv4 = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3]
] as const

/** Tunnels, documentation and protocol assignments inside of what is otherwise public. */
const specialIpv6 = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20]
] as const

const blocked = new BlockList()
const publicIpv6 = new BlockList()
publicIpv6.addSubnet("2000::", 3, "ipv6")
publicIpv6.addSubnet("64:ff9b::", 96, "ipv6")
for (const [net, prefix] of privateIpv4) {
  blocked.addSubnet(net, prefix, "ipv4")
  // The same behind NAT64.
  blocked.addSubnet(`64:ff9b::${net}`, 96 + prefix, "ipv6")
}
for (const [net, prefix] of specialIpv6) blocked.addSubnet(net, prefix, "ipv6")

/** Not loopback, private, link-local, shared, multicast or reserved, in whatever way it is written or mapped. No address is none. */
export const isPublicAddress = (address: string): boolean =>
  isIPv6(address)
    ? publicIpv6.check(address, "ipv6") && !blocked.check(address, "ipv6")
    : isIPv4(address) && !blocked.check(address, "ipv4")

/** A name led to no public address; nothing was connected to. */
export class NotPublic extends Error {}

/** Resolves names to public addresses alone: what it answers is what is connected to, so no later answer of the DNS can change it. */
export const publicLookup =
  (resolve: LookupFunction = lookup as LookupFunction): LookupFunction =>
  (hostname, options, callback) =>
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, "")
      const all = Array.isArray(found) ? found : []
      const addresses = all.filter(({ address }) => isPublicAddress(address))
      const [first] = addresses
      if (all.length === 0) callback(Object.assign(new Error("no address"), { code: "ENODATA" }), "")
      else if (first === undefined) callback(new NotPublic("no public address"), "")
      else if (options.all) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
