import { Exit } from "effect"
import type { Dispatcher } from "undici"
import { codeOf } from "../../application/error-words.ts"
import { BodyAborted, StorageHostRefused } from "../../application/ports/object-storage.ts"
import { NotPublic } from "./public-address.ts"
import { storageUnavailable, type Verdict, verdictOf, verdictOf400 } from "./storage-answer.ts"
import type { UploadBody } from "./upload-body.ts"

type Outcome = Verdict | Exit.Exit<never, BodyAborted | StorageHostRefused>

/** `timeoutMillis` is what the whole of an answer may take once it began: one that drips is never silent. */
type Options = { readonly timeoutMillis: number; readonly onServerDate?: (epochMillis: number) => void }

/** More of an answer than this is not waited for. */
const maxAnswerBytes = 16 * 1024
const abandoned = new Error("abandoned")

/** One upload on the wire. The first word decides: an answer's status, the body's failure, or the end of the connection. */
export class PutRequest implements Dispatcher.DispatchHandler {
  readonly #body: UploadBody
  readonly #timeoutMillis: number
  readonly #onServerDate: ((epochMillis: number) => void) | undefined
  #timer: NodeJS.Timeout | undefined
  #settle: ((outcome: Outcome) => void) | undefined
  #controller: Dispatcher.DispatchController | undefined
  #answer: Array<Buffer> = []
  #answerSize = 0

  constructor(body: UploadBody, { timeoutMillis, onServerDate }: Options, settle: (outcome: Outcome) => void) {
    this.#body = body
    this.#timeoutMillis = timeoutMillis
    this.#onServerDate = onServerDate
    this.#settle = settle
  }

  /** Nobody waits any more; nothing completes at the storage that was not complete already. */
  abandon(): void {
    this.#settle = undefined
    this.#tearDown()
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#settle === undefined) controller.abort(abandoned)
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    { date }: Readonly<Record<string, string | Array<string> | undefined>>
  ): void {
    if (status < 200) {
      // Each one is a sign of life to the client, and would put off its own limit without end.
      if (this.#body.complete) this.#timer ??= setTimeout(() => this.#giveUp(), this.#timeoutMillis)
      return
    }
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#giveUp(), this.#timeoutMillis)
    const at = typeof date === "string" ? Date.parse(date) : Number.NaN
    if (!Number.isNaN(at)) this.#onServerDate?.(at)
    if (status !== 400) this.#decide(verdictOf(status, this.#body.complete))
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#answerSize += chunk.length
    if (this.#answerSize > maxAnswerBytes) {
      this.#decide400()
      this.#tearDown()
    } else if (this.#settle) this.#answer.push(chunk)
  }

  onResponseEnd(): void {
    clearTimeout(this.#timer)
    this.#decide400()
  }

  onResponseError(_: Dispatcher.DispatchController | undefined, error: Error): void {
    clearTimeout(this.#timer)
    if (this.#body.aborted) this.#decide(Exit.fail(new BodyAborted()))
    else if (error instanceof NotPublic) this.#decide(Exit.fail(new StorageHostRefused()))
    else this.#decide(storageUnavailable(wordOf(codeOf(error))))
  }

  #giveUp(): void {
    this.#decide(storageUnavailable("timeout"))
    this.#tearDown()
  }

  #decide400(): void {
    if (this.#settle) this.#decide(verdictOf400(Buffer.concat(this.#answer).toString("latin1")))
  }

  #decide(outcome: Outcome): void {
    const settle = this.#settle
    this.#settle = undefined
    // Who has answered before the end does not want the rest.
    if (!this.#body.complete) this.#tearDown()
    settle?.(outcome)
  }

  #tearDown(): void {
    this.#body.close()
    this.#controller?.abort(abandoned)
  }
}

const timeouts: ReadonlySet<string> = new Set([
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT"
])

const wordOf = (code: string): string => (timeouts.has(code) ? "timeout" : code)
