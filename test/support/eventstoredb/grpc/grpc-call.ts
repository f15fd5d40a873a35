import { once } from "node:events"
import { constants, type ServerHttp2Stream } from "node:http2"
import { setTimeout as sleep } from "node:timers/promises"
import { frame, messagesOf } from "./frames.ts"
import { CallEnded, GrpcError, status, trailersOf } from "./status.ts"

interface Message {
  readonly serializeBinary: () => Uint8Array
}

const headers = { ":status": 200, "content-type": "application/grpc" }

/** One call of a client: messages come and go, and a status ends it. */
export class GrpcCall {
  /** Before each answer. */
  pauseMs = 0
  /** Ends the whole connection, without a word. */
  readonly dropConnection: () => void
  readonly #stream: ServerHttp2Stream
  readonly #ended = new AbortController()
  #trailers: Record<string, string> = { "grpc-status": String(status.ok) }

  constructor(stream: ServerHttp2Stream, dropConnection: () => void) {
    this.#stream = stream
    this.dropConnection = dropConnection
    // A client that goes away is an everyday thing.
    stream.on("error", () => {})
    stream.once("close", () => this.#ended.abort())
    stream.once("wantTrailers", () => stream.sendTrailers(this.#trailers))
  }

  get hasEnded(): boolean {
    return this.#stream.closed || this.#stream.destroyed || this.#stream.writableEnded
  }

  /** Calls back when the call has ended. */
  onEnd(listener: () => void): void {
    if (this.hasEnded) listener()
    else this.#ended.signal.addEventListener("abort", listener, { once: true })
  }

  async *requests<A>(decode: (bytes: Uint8Array) => A): AsyncGenerator<A> {
    // Otherwise whoever stops to listen would end the call.
    const body = this.#stream.iterator({ destroyOnReturn: false })
    for await (const bytes of messagesOf(body)) yield decode(new Uint8Array(bytes))
  }

  /** The one request of a call that has no more. */
  async request<A>(decode: (bytes: Uint8Array) => A): Promise<A> {
    for await (const request of this.requests(decode)) return request
    throw new GrpcError(status.internal, "Incomplete message.")
  }

  /** Sends messages, and waits until there is room for more. */
  async send(...messages: ReadonlyArray<Message>): Promise<void> {
    if (this.pauseMs > 0) await this.pause(this.pauseMs)
    this.#check()
    this.#begin()
    const bytes = Buffer.concat(messages.map((message) => frame(message.serializeBinary())))
    if (!this.#stream.write(bytes)) await this.#unlessEnded(once(this.#stream, "drain", { signal: this.#ended.signal }))
  }

  finish(): void {
    if (this.hasEnded) return
    this.#begin()
    this.#stream.end()
  }

  fail(error: GrpcError): void {
    if (this.hasEnded) return
    this.#trailers = trailersOf(error)
    if (this.#stream.headersSent) return void this.#stream.end()
    this.#stream.respond({ ...headers, ...this.#trailers }, { endStream: true })
    // What the client still has to say is not wanted, and it must not wait for that.
    this.#stream.resume()
  }

  /** Ends the call without a status. */
  reset(code: number = constants.NGHTTP2_NO_ERROR): void {
    if (!this.hasEnded) this.#stream.close(code)
  }

  pause(ms: number): Promise<void> {
    return this.#unlessEnded(sleep(ms, undefined, { signal: this.#ended.signal }))
  }

  /** Goes on only when the client did not give up while this process stood still: then everything has come at once. */
  async untilHeard(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    this.#check()
  }

  /** Waits for the call's end. */
  async forever(): Promise<never> {
    await new Promise<void>((resolve) => this.onEnd(resolve))
    throw new CallEnded()
  }

  #begin(): void {
    if (!this.#stream.headersSent) this.#stream.respond(headers, { waitForTrailers: true })
  }

  #check(): void {
    if (this.hasEnded) throw new CallEnded()
  }

  async #unlessEnded(work: Promise<unknown>): Promise<void> {
    await work.catch((error) => {
      throw this.#ended.signal.aborted ? new CallEnded() : error
    })
    this.#check()
  }
}
