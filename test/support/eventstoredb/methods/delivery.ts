import { randomUUID } from "node:crypto"
import type streams from "@eventstore/db-client/generated/streams_pb.js"
import { resolve } from "../log/links.ts"
import type { LogRecord } from "../log/log-record.ts"
import type { DatabaseNode, Subscription } from "../node.ts"
import { caughtUp, confirmed, eventRead } from "./read-answers.ts"
import { hasTextIds } from "./read-options.ts"

/** With more events than these ahead of it, a subscription has fallen behind. */
export const liveBuffer = 32

/** What a subscription is sent. */
export class Delivery {
  #isLive = false
  readonly #node: DatabaseNode
  readonly #subscription: Subscription
  readonly #resolveLinks: boolean
  readonly #textIds: boolean

  constructor(node: DatabaseNode, subscription: Subscription, options: streams.ReadReq.Options) {
    this.#node = node
    this.#subscription = subscription
    this.#resolveLinks = options.getResolveLinks()
    this.#textIds = hasTextIds(options)
  }

  async confirm(): Promise<void> {
    await this.#subscription.call.send(confirmed(randomUUID()))
  }

  event(record: LogRecord): streams.ReadResp {
    return eventRead(resolve(this.#node.database.log, record, this.#resolveLinks), this.#textIds)
  }

  async send(messages: ReadonlyArray<streams.ReadResp>): Promise<void> {
    const { call, isSilent } = this.#subscription
    if (isSilent) await call.forever()
    if (messages.length > 0) await call.send(...messages)
  }

  /** Whether it still follows the end of the log, with so many events ahead of it. */
  staysLive(backlog: () => number): boolean {
    if (this.#isLive && backlog() > liveBuffer) this.#isLive = false
    return this.#isLive
  }

  /** Says that everything was delivered, once, and waits for more; `ahead` counts what there is to look at. */
  async waitForMore(ahead: () => number): Promise<void> {
    if (!this.#isLive) await this.send([caughtUp()])
    this.#isLive = true
    if (ahead() === 0) await this.#untilGrowth(ahead)
    const { call } = this.#subscription
    if (call.hasEnded) await call.forever()
  }

  #untilGrowth(ahead: () => number): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        stop()
        resolve()
      }
      const stop = this.#node.database.log.onGrowth(() => {
        if (ahead() > 0) finish()
      })
      this.#subscription.call.onEnd(finish)
    })
  }
}
