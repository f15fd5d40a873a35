type Connection = {
  readonly socket: { readonly destroy: (error: Error) => void }
  readonly isConnected: () => boolean
}
type Prototype = {
  processData: (this: Connection, bytes: Buffer) => void
  connect: (this: Connection) => Promise<boolean>
}

/**
 * KafkaJS 2.2.4 throws inside the socket's own event where bytes are no answer of a broker, as any port of HTTP/2 sends them: nobody can catch
 * that, and it ends the process. And what an ended connection left of an answer it takes for the beginning of the next one's first.
 */
export const guardFrames = (prototype: Prototype): void => {
  const { processData, connect } = prototype
  prototype.processData = function (bytes) {
    try {
      processData.call(this, bytes)
    } catch (cause) {
      this.socket.destroy(Object.assign(new Error("no answer of a broker", { cause }), { code: "not_kafka" }))
    }
  }
  prototype.connect = function () {
    if (!this.isConnected()) Object.assign(this, { chunks: [], bytesBuffered: 0, bytesNeeded: 4 })
    return connect.call(this)
  }
}
