import { BoundedMap } from "./bounded-map.ts"
import type { Call } from "./contract.ts"
import type { User } from "./registry.ts"

interface Use {
  readonly call: Call
  readonly user: User
  submissionId: string | undefined
  over: boolean
}

/** Session ids: one per logical call, repeated by its retries and by nothing else. */
export class Sessions {
  readonly #uses: BoundedMap<string, Use>

  constructor(limit: number) {
    this.#uses = new BoundedMap(limit * 8)
  }

  /** Notes a use, and says what is wrong with it. */
  use(session: string, call: Call, user: User): string | undefined {
    const known = this.#uses.get(session)
    if (known === undefined) {
      this.#uses.set(session, { call, user, submissionId: undefined, over: false })
      return undefined
    }
    if (known.call !== call) return "for another call"
    if (known.user !== user) return "for another user"
    return known.over ? "after its end" : undefined
  }

  /** Notes which submission a session is about; false: it was about another one. */
  isAbout(session: string, submissionId: string): boolean {
    const known = this.#uses.get(session)
    if (known === undefined) return true
    known.submissionId ??= submissionId
    return known.submissionId === submissionId
  }

  /** Nothing of this call is left to repeat. */
  finish(session: string | undefined): void {
    const known = session === undefined ? undefined : this.#uses.get(session)
    if (known !== undefined) known.over = true
  }

  clear(): void {
    this.#uses.clear()
  }
}
