import { Schema } from "effect"
import { checkpointStream, streamOf } from "../../history/ids.ts"
import { checkpointAt } from "../checkpoint-words.ts"
import type { Contradiction } from "./contradiction.ts"

/** The log holds no such registration. */
export class NoSuchRegistration extends Schema.TaggedError<NoSuchRegistration>()("NoSuchRegistration", {}) {
  override get message(): string {
    return "The log holds no registration with this id."
  }
}

/** What the log holds proves nothing, or is not what was signed. */
export class NotProvable extends Schema.TaggedError<NotProvable>()("NotProvable", { sentence: Schema.String }) {
  override get message(): string {
    return this.sentence
  }
}

export const nothingSigned = "Nothing of this log is signed yet: start the service on it once."
export const tooLargeToExport = "The history of this registration is larger than an export can be."

export const missing = (stream: string, revision: number): NotProvable =>
  new NotProvable({ sentence: `The event at revision ${revision} of the stream ${stream} is missing.` })

/** What a checkpoint covers is not what was signed. `revision`: its own. */
export const otherEvents = (revision: number): NotProvable =>
  new NotProvable({ sentence: `The events that the ${checkpointAt(revision)} covers are not those that were signed.` })

/** Why a reader would refuse an export, in words of the log. `checkpoints`: the revisions of those in it. */
export const notProvableFor = (
  { place, what }: Contradiction,
  registrationId: string,
  checkpoints: ReadonlyArray<number>
): NotProvable => {
  const clause = (subject: string) => new NotProvable({ sentence: `${subject} proves nothing: ${what}.` })
  switch (place.in) {
    case "event":
      return clause(`The event at revision ${place.n} of the stream ${streamOf(registrationId)}`)
    case "checkpoints":
      return clause(`The ${checkpointAt(checkpoints[place.n] ?? -1)}`)
    case "signers.changes":
    case "signers.first":
    case "publicKey":
    case "key":
      return clause(`A signer in the stream ${checkpointStream}`)
    case "events":
    case "file":
      return clause(`The history in the stream ${streamOf(registrationId)}`)
  }
}
