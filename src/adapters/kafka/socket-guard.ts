type Connection = { readonly socket?: { readonly destroy: () => void } }
type Prototype = { disconnect: (this: Connection) => Promise<boolean> }

const farewell = 1000

/** KafkaJS 2.2.4 ends its side of a connection alone: where a broker stands still, each try leaves a socket behind. */
export const guardSockets = (prototype: Prototype): void => {
  const { disconnect } = prototype
  prototype.disconnect = async function () {
    const { socket } = this
    const answer = await disconnect.call(this)
    if (socket) setTimeout(() => socket.destroy(), farewell).unref()
    return answer
  }
}
