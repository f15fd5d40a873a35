import { Effect, Layer } from "effect"
import { chain } from "../../src/application/history/chain.ts"
import { logStream, streamOf } from "../../src/application/history/ids.ts"
import { EventStore } from "../../src/application/ports/event-store.ts"
import { exportRegistration } from "../../src/application/proof/exporting/export-registration.ts"
import { nameSigner } from "../../src/application/proof/signing/name-signer.ts"
import { encodeEvent, type StoredData } from "../../src/domain/registration/event-codec.ts"
import { directLine } from "../model/line.ts"
import { memoryEventStore } from "../model/memory-event-store.ts"
import { MemoryLog } from "../model/memory-log.ts"
import { histories } from "./registration-events.ts"
import { SigningInstance } from "./signing-instance.ts"
import { signerOf, signingKey } from "./signing-keys.ts"

export const registrationId = "01939d5e-0000-5000-8000-00000000000a"
export const otherId = "01939d5e-0000-5000-8000-00000000000b"
const origin = {
  actor: { kind: "client", id: "acme" },
  correlationId: "01939d5e-0000-7000-8000-0000000000c0"
} as const
const history = histories.issued.map(encodeEvent)

/** A log in memory with registrations that take turns, signed as the service signs. */
export class ExportableLog {
  readonly log = new MemoryLog()
  readonly store = memoryEventStore(this.log, directLine)
  readonly logId: string
  #at = Date.parse("2026-11-26T10:00:00.000Z")
  #keys: readonly [number, ...ReadonlyArray<number>] = [1]

  /** `signer`: whether its first event names one, as those of before do not. */
  constructor(logId = "01939d5e-0000-7000-8000-0000000000a0", signer = true) {
    this.logId = logId
    const data = { logId, vaultId: "v1", esignEnvironment: "custom" }
    this.append(
      logStream,
      signer
        ? { type: "LogOpened", version: 2, data: { ...data, signer: signingKey(1).publicKey } }
        : { type: "LogOpened", version: 1, data }
    )
  }

  append(stream: string, ...data: ReadonlyArray<StoredData>): void {
    const { tip } = this.log.read(stream)
    this.log.append(stream, tip, chain(stream, tip, data, origin, this.#at++))
  }

  /** The next events of a registration, which gets one certificate after the other. */
  goOn(id: string, count = 1): void {
    const { length } = this.log.read(streamOf(id)).events
    const next = Array.from({ length: count }, (_, n) => history[(length + n) % history.length])
    this.append(streamOf(id), ...next.filter((event) => event !== undefined))
  }

  sign(): Promise<unknown> {
    return new SigningInstance(this.log, ...this.#keys).signNow()
  }

  /** Another key signs from now on; the first: that of a log which has none yet. */
  nameSigner(key: number): Promise<unknown> {
    this.#keys = [key, ...this.#keys]
    const [opened] = this.log.read(logStream).events
    const layer = Layer.merge(Layer.succeed(EventStore, this.store), signerOf(...this.#keys))
    const named = nameSigner("p1", { logId: this.logId, ...opened?.data } as { readonly logId: string })
    return Effect.runPromise(Effect.provide(named, layer))
  }

  export(id = registrationId) {
    return Effect.provideService(exportRegistration(id), EventStore, this.store)
  }
}

/** A registration under three checkpoints, the last of them signed by another key, and one more event that none covers where it is wished. */
export const exportableLog = async ({ isCovered = true, logId }: { isCovered?: boolean; logId?: string } = {}) => {
  const log = new ExportableLog(logId)
  log.goOn(otherId)
  log.goOn(registrationId, 3)
  log.goOn(otherId, 3)
  await log.sign()
  log.goOn(otherId, 2)
  log.goOn(registrationId, 2)
  await log.sign()
  await log.nameSigner(2)
  log.goOn(registrationId, 2)
  log.goOn(otherId, 4)
  await log.sign()
  if (!isCovered) log.goOn(registrationId)
  return log
}
