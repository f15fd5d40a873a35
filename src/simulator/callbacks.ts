import { Agent } from "undici"
import { appendBounded } from "./bounded-map.ts"
import type { CallbackRecord, Ledger } from "./ledger.ts"
import type { Options } from "./options.ts"
import type { Submission } from "./registry.ts"

const CALLBACKS_KEPT = 100

/** Where a callback goes and what it says of itself. */
export type Destination = Pick<Options, "callbackUrl" | "callbackMethod" | "callbackAuth">

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref())

/** `basic USER:PASSWORD`, `bearer TOKEN`, `header NAME:VALUE` or `none`, as a header. */
const authHeader = (auth: string): Record<string, string> => {
  const [kind, value] = [auth.split(" ", 1)[0], auth.slice(auth.indexOf(" ") + 1)]
  if (kind === "basic") return { authorization: `Basic ${Buffer.from(value).toString("base64")}` }
  if (kind === "bearer") return { authorization: `Bearer ${value}` }
  return kind === "header"
    ? { [value.slice(0, value.indexOf(":")).toLowerCase()]: value.slice(value.indexOf(":") + 1).trim() }
    : {}
}

/** Callbacks to the partner (contract 6): those of one submission in order, again without a 2xx. */
export class Callbacks {
  readonly #options: Options
  readonly #ledger: Ledger
  readonly #agent = new Agent({ connections: 64 })
  readonly #last = new WeakMap<Submission, Promise<void>>()

  constructor(options: Options, ledger: Ledger) {
    this.#options = options
    this.#ledger = ledger
  }

  /** Sends `copies` of a result at once, `delayMs` from now, but after the submission's callbacks of before were tried. */
  announce(submission: Submission, result: Readonly<Record<string, unknown>>, copies: number, delayMs: number): void {
    if (this.#options.callbackUrl === "") return
    const body = JSON.stringify(result)
    const dueAt = Date.now() + delayMs
    const told = {
      status: String(result["status"]),
      ...(typeof result["result"] === "string" ? { result: result["result"] } : {})
    }
    const send = async (): Promise<void> => {
      if (delayMs > 0) await wait(Math.max(0, dueAt - Date.now()))
      await Promise.all(Array.from({ length: copies }, () => this.#try(submission, told, body, 1)))
    }
    const before = this.#last.get(submission)
    this.#last.set(submission, before === undefined ? send() : before.then(send))
  }

  /** One attempt, and a timer for the next one if that fails. */
  async #try(
    submission: Submission,
    told: Pick<CallbackRecord, "status" | "result">,
    body: string,
    attempt: number
  ): Promise<void> {
    const { callbackRetries, callbackRetryMs } = this.#options
    const at = Date.now()
    const answer = await this.deliver(body, this.#options)
    const record: CallbackRecord = { at, submissionId: submission.id, ...told, attempt, answer, ms: Date.now() - at }
    this.#ledger.calledBack(record)
    appendBounded(submission.user.callbacks, record, CALLBACKS_KEPT)
    if (typeof answer === "number" && answer >= 200 && answer < 300) return
    if (attempt > callbackRetries) this.#ledger.callbackCounts.givenUp++
    else setTimeout(() => this.#try(submission, told, body, attempt + 1), callbackRetryMs * 2 ** (attempt - 1)).unref()
  }

  /** Sends once, and says what came back. */
  async deliver(
    body: string,
    { callbackUrl, callbackMethod, callbackAuth }: Destination
  ): Promise<CallbackRecord["answer"]> {
    const { origin, pathname, search } = new URL(callbackUrl)
    try {
      const { statusCode, body: answer } = await this.#agent.request({
        origin,
        path: pathname + search,
        method: callbackMethod as "POST" | "PUT" | "PATCH",
        headers: { "content-type": "application/json", ...authHeader(callbackAuth) },
        body,
        headersTimeout: this.#options.callbackTimeoutMs,
        bodyTimeout: this.#options.callbackTimeoutMs
      })
      await answer.dump()
      return statusCode
    } catch (error) {
      return error instanceof Error && "code" in error && String(error.code).endsWith("_TIMEOUT")
        ? "timeout"
        : "unreachable"
    }
  }

  close(): Promise<void> {
    return this.#agent.destroy()
  }
}
