import type { Document } from "../../src/domain/registration/events.ts"

/** What the platform says of a confirmed submission. */
export type Word = "IN_PROGRESS" | "PARTIALLY_COMPLETED" | "VALID" | "INVALID" | "ERROR"
export type Submission = {
  readonly id: string
  readonly user: string
  /** The session of the URL call that opened it. */
  readonly openedBy: string
  readonly openedAt: number
  readonly images: { [D in Document]?: string }
  /** Its URLs do not work any more, whatever their lifetime says. */
  ranOut: boolean
  /** The session of the confirmation that was executed. */
  confirmedBy?: string
  readonly words: Array<{ readonly word: Word; readonly at: number }>
}
type Upload = {
  readonly to: string
  readonly document: Document
  readonly sha256: string
  readonly at: number
  readonly isTaken: boolean
}
type Transmission = {
  readonly call: "urls" | "confirm"
  readonly session: string
  readonly owner: string
  readonly at: number
}

/** Milliseconds that presigned URLs live. */
export const lifetime = 600_000
/** A confirmation that was executed is seen by polls after this many milliseconds at the latest. */
const longestUnseen = 9000

export const lastWord = ({ words }: Submission): Word | undefined => words.at(-1)?.word
const isFinal = (word: Word | undefined): boolean => word === "VALID" || word === "INVALID" || word === "ERROR"
export const isPending = (submission: Submission): boolean =>
  submission.confirmedBy !== undefined && !isFinal(lastWord(submission))

/** Half of the reference: all that the platform was asked, executed and said (contract/esign-api), and what it must never see. */
export class Platform {
  readonly submissions: Array<Submission> = []
  readonly transmissions: Array<Transmission> = []
  /** Images that came through us, with their last byte. */
  readonly uploads: Array<Upload> = []
  /** Sessions of calls that were refused for good. */
  readonly refused = new Set<string>()
  /** Submissions and words that a poll was answered with. */
  readonly said = new Set<string>()
  downUntil = 0
  /** Milliseconds that polls lag behind. */
  lag = 0
  readonly #broken: (rule: string, detail: string) => void

  constructor(broken: (rule: string, detail: string) => void) {
    this.#broken = broken
  }

  of(submissionId: string): Submission | undefined {
    return this.submissions.find(({ id }) => id === submissionId)
  }

  ofUser(user: string): ReadonlyArray<Submission> {
    return this.submissions.filter((submission) => submission.user === user)
  }

  /** Opens a submission, once for each session. */
  open(user: string, session: string, now: number): Submission {
    const known = this.submissions.find(({ openedBy }) => openedBy === session)
    if (known) return known
    for (const older of this.ofUser(user))
      if (isPending(older)) this.#broken("hides_a_pending_confirmation", `${older.id} of ${user}`)
    const id = `s${this.submissions.length + 1}`
    const opened = { id, user, openedBy: session, openedAt: now, images: {}, ranOut: false, words: [] }
    this.submissions.push(opened)
    return opened
  }

  /** Takes an image, while its URL works. */
  store(submissionId: string, document: Document, sha256: string, now: number): boolean {
    const submission = this.of(submissionId)
    if (!submission || submission.ranOut || now >= submission.openedAt + lifetime) return false
    submission.images[document] = sha256
    return true
  }

  /** Executes a confirmation, once for each session; false when it is refused. */
  confirm(user: string, session: string, submissionId: string, now: number): boolean {
    const submission = this.of(submissionId)
    if (submission?.user !== user) return false
    if (submission.confirmedBy === session) return true
    if (submission.confirmedBy !== undefined) {
      this.#broken("confirmed_under_two_sessions", submissionId)
      return false
    }
    if (this.ofUser(user).at(-1) !== submission) this.#broken("confirms_an_older_submission", submissionId)
    if (!submission.images.ktp || !submission.images.selfie) this.#broken("confirmed_without_images", submissionId)
    submission.confirmedBy = session
    submission.words.push({ word: "IN_PROGRESS", at: now })
    return true
  }

  /** Its checks go on; a last word is the last. */
  decide(submission: Submission | undefined, word: Word, now: number): void {
    if (submission && isPending(submission)) submission.words.push({ word, at: now })
  }

  /** The user's latest submission as polls see it now. */
  poll(user: string, now: number): { readonly id: string; readonly word: Word | undefined } | undefined {
    const latest = this.ofUser(user).at(-1)
    if (!latest) return undefined
    const seen = latest.words.findLast(({ word, at }) =>
      word === "IN_PROGRESS" ? at + Math.min(this.lag, longestUnseen) <= now : at + this.lag <= now
    )
    return { id: latest.id, word: seen?.word }
  }
}
