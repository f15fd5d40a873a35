import { Data } from "effect"
import type { Words } from "../ports/log.ts"

/** Why nothing is published until somebody does something. */
export type Halt =
  | { readonly _tag: "another_cluster" }
  | { readonly _tag: "partitions_changed"; readonly from: number; readonly to: number }
  | {
      readonly _tag: "offsets_went_back"
      readonly partition: number
      /** Its last acknowledged offset, and where the partition is now. */
      readonly acknowledged: number
      readonly found: number
    }
  | { readonly _tag: "topic_compacted" }
  | { readonly _tag: "message_too_large" }

export class Halted extends Data.TaggedError("Halted")<{ readonly halt: Halt }> {}

/** Whether it stays until an operator decides: what was acknowledged may not be there. The others pass with the topic's configuration. */
export const needsDecision = ({ _tag }: Halt): boolean => _tag !== "topic_compacted" && _tag !== "message_too_large"

const decide = "Say how it goes on with `certreg kafka republish` or `certreg kafka accept`."

/** For the operator. */
export const haltWords = (halt: Halt): Words => {
  switch (halt._tag) {
    case "another_cluster":
      return `Nothing is published: the topic is in another cluster than before. ${decide}` as Words
    case "partitions_changed":
      return `Nothing is published: the topic had ${halt.from} partitions and now has ${halt.to}, so that keys move to others. ${decide}` as Words
    case "offsets_went_back":
      return `Nothing is published: partition ${halt.partition} acknowledged offset ${halt.acknowledged} and is at ${halt.found} now, as if the topic had been made anew or had lost messages. ${decide}` as Words
    case "topic_compacted":
      return "Nothing is published: the topic is compacted, which deletes messages that consumers need. Set its cleanup.policy to delete, and it goes on." as Words
    case "message_too_large":
      return "Nothing is published: a message is larger than the topic takes. Raise its max.message.bytes, and it goes on." as Words
  }
}
