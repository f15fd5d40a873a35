import { setTimeout as sleep } from "node:timers/promises"
import type { Answer, Api, Json, Sent } from "../support/api.ts"

/** Between two tries, in milliseconds: a start takes several of them. */
const pause = 80
/** After which silence it tries again, in milliseconds. */
const silence = 20_000

/**
 * What a caller does whose service comes and goes: asks until it gets an answer that is not "later". `patience`: for how long, in
 * milliseconds, over as many lives as it takes.
 */
export const stubborn =
  ({ send }: Pick<Api, "send">, patience: number) =>
  async <Body = Json>(method: string, path: string, sent: Sent = {}): Promise<Answer<Body>> => {
    let last = "no answer"
    for (const deadline = Date.now() + patience; Date.now() < deadline; await sleep(pause)) {
      try {
        const answer = await send<Body>(method, path, { ...sent, signal: AbortSignal.timeout(silence) })
        if (answer.status !== 503) return answer
        last = "503"
      } catch (error) {
        // Nobody listens, or the connection broke: everything else was found out about an answer.
        if (!(error instanceof TypeError || (error instanceof Error && error.name === "TimeoutError"))) throw error
      }
    }
    throw new Error(`${method} ${path}: ${last} for ${patience / 1000} s`)
  }
