import { randomBytes } from "node:crypto"
import { BoundedMap } from "./bounded-map.ts"

const MINUTE = 60_000

export interface IssuedToken {
  readonly token: string
  /** Unix milliseconds. */
  readonly expiresAt: number
}

/** Partner tokens, and how often they may be fetched. */
export class Tokens {
  readonly #expiry = new BoundedMap<string, number>(10_000)
  #minute = 0
  #issuedInMinute = 0

  /** Undefined: too many were fetched in this minute. */
  issue(ttlSeconds: number, perMinute: number): IssuedToken | undefined {
    const now = Date.now()
    const minute = Math.floor(now / MINUTE)
    if (minute !== this.#minute) {
      this.#minute = minute
      this.#issuedInMinute = 0
    }
    if (++this.#issuedInMinute > perMinute) return undefined
    const token = randomBytes(48).toString("base64url")
    const expiresAt = now + ttlSeconds * 1000
    this.#expiry.set(token, expiresAt)
    return { token, expiresAt }
  }

  valid(token: string): boolean {
    return (this.#expiry.get(token) ?? 0) > Date.now()
  }

  expireAll(): void {
    this.#expiry.clear()
  }
}
