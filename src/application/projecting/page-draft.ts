import type { Position, RecordedEvent } from "../ports/event-store.ts"
import type { Message } from "../ports/message.ts"
import type { Blocked, Restore, Row, SavedPage } from "../ports/views.ts"

/** What a page of the log comes to, while its events are taken one after the other. */
export class PageDraft {
  readonly #rows = new Map<string, Row>()
  readonly #messages: Array<Message> = []
  readonly #restores: Array<Restore> = []
  #blocked: Blocked | undefined
  #epoch: number

  constructor(epoch: number) {
    this.#epoch = epoch
  }

  /** Of the log where the draft has come to. */
  get epoch(): number {
    return this.#epoch
  }

  readonly row = (id: string): Row | undefined => this.#rows.get(id)

  readonly setRow = (row: Row): void => {
    this.#rows.set(row.id, row)
  }

  readonly addMessage = (message: Message): void => {
    this.#messages.push(message)
  }

  readonly addRestore = (restore: Restore): void => {
    this.#restores.push(restore)
    this.#epoch = restore.epoch
  }

  /** No message can be made of this event. */
  readonly block = ({ position, stream, revision }: Blocked): void => {
    if (this.#blocked === undefined || position < this.#blocked.position) this.#blocked = { position, stream, revision }
  }

  readonly page = (events: ReadonlyArray<RecordedEvent>, position: Position, after: Position): SavedPage => {
    const last = events.at(-1)
    return {
      after,
      position,
      epoch: this.#epoch,
      rows: [...this.#rows.values()],
      messages: this.#messages.sort((one, other) => one.position - other.position),
      ...(last ? { last } : {}),
      ...(this.#restores.length > 0 ? { restores: this.#restores } : {}),
      ...(this.#blocked ? { blocked: this.#blocked } : {})
    }
  }
}
