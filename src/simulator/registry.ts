import { randomUUID } from "node:crypto"
import { appendBounded, BoundedMap } from "./bounded-map.ts"
import type { DocumentKind } from "./contract.ts"
import type { CallbackRecord, CallRecord } from "./ledger.ts"
import type { Stage } from "./stages.ts"

/** What is kept of an uploaded image: never its bytes. */
interface StoredObject {
  readonly sha256: string
  readonly size: number
  readonly mediaType: string
  readonly puts: number
}

/** A change that took effect, and when (unix milliseconds). */
export interface Change {
  readonly stage: Stage
  readonly at: number
}

export interface Submission {
  readonly id: string
  /** The UUID in its document references, by which the storage finds it. */
  readonly reference: string
  readonly user: User
  readonly openedAt: number
  /** The session id of the call that opened it; undefined when that was not this partner's call. */
  readonly openedUnder: string | undefined
  /** 1 for the user's first. */
  readonly ordinal: number
  readonly objects: { [K in DocumentKind]?: StoredObject }
  /** Session ids of its accepted confirms: the first of them took effect. */
  readonly confirmedUnder: Array<string>
  readonly changes: Array<Change>
  confirmedAt: number | undefined
  /** How many polls of the user had been answered when it was last confirmed. */
  pollsAtConfirm: number
  /** A poll has told that it is confirmed. */
  told: boolean
  certificateId: string | undefined
  confirmBody: string | undefined
}

export interface User {
  readonly id: string
  readonly idType: string
  readonly submissions: Array<Submission>
  readonly calls: Array<CallRecord>
  readonly callbacks: Array<CallbackRecord>
  polls: number
}

export const documentReference = (submission: Submission, kind: DocumentKind): string =>
  `${submission.reference}_${kind}`

const CALLS_KEPT = 200

/** Users and their submissions, found by any of their ids in one step. */
export class Registry {
  readonly users: BoundedMap<string, User>
  readonly submissions = new Map<string, Submission>()
  readonly #byReference = new Map<string, Submission>()

  constructor(limit: number) {
    this.users = new BoundedMap(limit, (user) => {
      for (const submission of user.submissions) {
        this.submissions.delete(submission.id)
        this.#byReference.delete(submission.reference)
      }
    })
  }

  user(idType: string, id: string): User {
    const key = `${idType} ${id}`
    const known = this.users.get(key)
    if (known !== undefined) return known
    const user: User = { id, idType, submissions: [], calls: [], callbacks: [], polls: 0 }
    this.users.set(key, user)
    return user
  }

  open(user: User, openedUnder: string | undefined): Submission {
    const submission: Submission = {
      id: randomUUID(),
      reference: randomUUID(),
      user,
      openedAt: Date.now(),
      openedUnder,
      ordinal: user.submissions.length + 1,
      objects: {},
      confirmedUnder: [],
      changes: [],
      confirmedAt: undefined,
      pollsAtConfirm: 0,
      told: false,
      certificateId: undefined,
      confirmBody: undefined
    }
    user.submissions.push(submission)
    this.submissions.set(submission.id, submission)
    this.#byReference.set(submission.reference, submission)
    return submission
  }

  byReference(reference: string): Submission | undefined {
    return this.#byReference.get(reference)
  }

  note(user: User, record: CallRecord): void {
    appendBounded(user.calls, record, CALLS_KEPT)
  }

  clear(): void {
    this.users.clear()
    this.submissions.clear()
    this.#byReference.clear()
  }
}
