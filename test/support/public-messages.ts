import { Schema } from "effect"
import { messageOf } from "../../src/application/messages/message-of.ts"
import {
  type MessageName,
  messageNames,
  messageSchemas,
  type PublicMessage
} from "../../src/application/messages/message-schemas.ts"
import type { Message } from "../../src/application/ports/message.ts"
import { encodeEvent } from "../../src/domain/registration/event-codec.ts"
import type { RegistrationEvent } from "../../src/domain/registration/events.ts"
import { evolve } from "../../src/domain/registration/evolve.ts"
import { initial, type State } from "../../src/domain/registration/registration.ts"
import { second, start } from "./given.ts"
import { newId } from "./stored-events.ts"

const decoders = new Map<string, (value: unknown) => PublicMessage>(
  messageNames.map((name) => [
    `certreg.registration.${name}.v1`,
    Schema.decodeUnknownSync(messageSchemas[name] as Schema.ConstraintDecoder<PublicMessage>, {
      onExcessProperty: "error"
    })
  ])
)

/** What a message says; throws when it is not as the schema of its type says, or says more. */
export const readMessage = (json: string): PublicMessage => {
  const value = JSON.parse(json)
  const decode = decoders.get(value.type)
  if (!decode) throw new Error(`no public type ${value.type}`)
  return decode(value)
}

export const nameOf = ({ type }: PublicMessage): MessageName => type.split(".")[2] as MessageName

/** The messages of a registration, whose events follow each other a second apart. */
export const messagesOf = (
  registrationId: string,
  events: ReadonlyArray<RegistrationEvent>,
  firstPosition = 1
): ReadonlyArray<Message> => {
  const correlationId = newId()
  let state: State = initial
  return events.flatMap((event, revision) => {
    const at = start + revision * second
    state = evolve(state, event, at)
    if (state._tag === "Initial") return []
    const message = messageOf(
      registrationId,
      event,
      {
        ...encodeEvent(event),
        stream: `registration-${registrationId}`,
        revision,
        id: newId(),
        recordedAt: new Date(at).toISOString(),
        actor: { kind: "process", id: "p1" },
        correlationId,
        previousHash: "",
        hash: "",
        position: firstPosition + revision
      },
      state
    )
    return message ?? []
  })
}
