/** A connection as the client holds it, and what tries to make it. */
export type Channel = {
  close: () => void
  readonly internalChannel?: { readonly wrappedSubchannels?: Iterable<Connector> }
}
type Connector = { readonly child?: Connector; continueConnecting?: boolean }

const innermost = (connector: Connector): Connector => (connector.child ? innermost(connector.child) : connector)

const marked = new WeakSet<Channel>()

/**
 * While nobody answers, the client closes a channel after each call and makes another. A closed one that waits to try again still does so, and
 * holds a connection from then on that nobody uses and nobody ends: here it does not.
 */
export const closingForGood = <A extends Channel>(channel: A): A => {
  if (marked.has(channel)) return channel
  marked.add(channel)
  const close = channel.close.bind(channel)
  channel.close = () => {
    const connectors = [...(channel.internalChannel?.wrappedSubchannels ?? [])].map(innermost)
    close()
    for (const connector of connectors) connector.continueConnecting = false
  }
  return channel
}
