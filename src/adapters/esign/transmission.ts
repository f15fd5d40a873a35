import { Effect } from "effect"
import { type Dispatcher, errors } from "undici"
import { codeOf } from "../../application/error-words.ts"

/** What came back, whole. */
type Answer = {
  readonly _tag: "Answer"
  readonly status: number
  readonly body: string
  /** Milliseconds, from `Retry-After`. */
  readonly retryAfter?: number
}
/** Nothing came back that can be read; `sent`: the platform may have got the request all the same. */
type NoAnswer = { readonly _tag: "NoAnswer"; readonly sent: boolean; readonly code: string }
export type Outcome = Answer | NoAnswer

/** `onServerDate` is called with the `Date` of every answer, in epoch milliseconds. */
type Options = { readonly timeoutMillis: number; readonly onServerDate?: (epochMillis: number) => void }

const maxAnswerBytes = 256 * 1024
const maxRetryAfter = 3_600_000
const abandoned = new Error("abandoned")

/**
 * One request and its answer, within `timeoutMillis` from the first attempt to connect to the last byte; it is torn down when the
 * fiber is interrupted. Redirects are answers like any other.
 */
export const transmit = (pool: Dispatcher, request: Dispatcher.DispatchOptions, options: Options) =>
  Effect.callback<Outcome>((resume) => {
    const transmission = new Transmission(options, (outcome) => resume(Effect.succeed(outcome)))
    pool.dispatch(request, transmission)
    return Effect.sync(() => transmission.abandon())
  })

class Transmission implements Dispatcher.DispatchHandler {
  readonly #onServerDate: Options["onServerDate"]
  readonly #timer: NodeJS.Timeout
  #settle: ((outcome: Outcome) => void) | undefined
  #controller: Dispatcher.DispatchController | undefined
  #status = 0
  #retryAfter: number | undefined
  #chunks: Array<Buffer> = []
  #size = 0

  constructor(options: Options, settle: (outcome: Outcome) => void) {
    this.#onServerDate = options.onServerDate
    this.#settle = settle
    this.#timer = setTimeout(() => this.#end("timeout"), options.timeoutMillis)
  }

  /** Nobody waits any more. What was not sent yet never will be. */
  abandon(): void {
    this.#settle = undefined
    this.#release()
    this.#controller?.abort(abandoned)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#settle === undefined) controller.abort(abandoned)
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | Array<string> | undefined>>
  ): void {
    // Only announces the answer.
    if (status < 200) return
    this.#status = status
    const { date, "retry-after": pause } = headers
    const at = typeof date === "string" ? Date.parse(date) : Number.NaN
    if (!Number.isNaN(at)) this.#onServerDate?.(at)
    if (typeof pause === "string") this.#retryAfter = millisOf(pause, Number.isNaN(at) ? Date.now() : at)
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length
    if (this.#size > maxAnswerBytes) this.#end("unreadable_answer")
    else this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    this.#answer({
      _tag: "Answer",
      status: this.#status,
      body: textOf(this.#chunks),
      ...(this.#retryAfter === undefined ? {} : { retryAfter: this.#retryAfter })
    })
  }

  onResponseError(_: Dispatcher.DispatchController | undefined, error: Error): void {
    this.#answer({ _tag: "NoAnswer", sent: this.#controller !== undefined, code: wordOf(error) })
  }

  #end(code: string): void {
    this.#answer({ _tag: "NoAnswer", sent: this.#controller !== undefined, code })
    this.#controller?.abort(abandoned)
  }

  #answer(outcome: Outcome): void {
    const settle = this.#settle
    this.#settle = undefined
    this.#release()
    settle?.(outcome)
  }

  #release(): void {
    clearTimeout(this.#timer)
    this.#chunks = []
  }
}

const textOf = (chunks: ReadonlyArray<Buffer>): string =>
  (chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)).toString("utf8")

/** `Retry-After` is seconds or a date; no word of the other side makes anybody wait for more than an hour. */
const millisOf = (retryAfter: string, now: number): number | undefined => {
  const isDate = retryAfter.includes(":")
  const millis = isDate ? Date.parse(retryAfter) - now : Number(retryAfter.trim() || Number.NaN) * 1000
  return Number.isNaN(millis) ? undefined : Math.min(Math.max(millis, 0), maxRetryAfter)
}

const wordOf = (error: Error): string => {
  if (error instanceof errors.HTTPParserError) return "unreadable_answer"
  const code = codeOf(error)
  return code === "UND_ERR_CONNECT_TIMEOUT" ? "timeout" : code
}
