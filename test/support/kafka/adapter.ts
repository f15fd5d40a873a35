import { Effect, Layer, ManagedRuntime, Result } from "effect"
import { onTestFinished } from "vitest"
import { kafkaBrokerLayer } from "../../../src/adapters/kafka/kafka-broker.ts"
import { type BrokerFailure, type BrokerRecord, MessageBroker } from "../../../src/application/ports/message-broker.ts"
import { recordedLog } from "../recorded-log.ts"

/** Records with values that tell where they are from. */
export const recordsOf = (name: string, count: number): ReadonlyArray<BrokerRecord> =>
  Array.from({ length: count }, (_, n) => ({
    key: name,
    value: Buffer.from(`${name} ${n}`),
    headers: { number: `${n}` }
  }))

/** The adapter on one topic, as long as a test runs. */
export const adapterOn = (brokers: ReadonlyArray<string>, topic: string) => {
  const log = recordedLog().layer
  const layer = kafkaBrokerLayer({ brokers, topic, ssl: false }).pipe(Layer.provide(log))
  const runtime = ManagedRuntime.make(layer)
  onTestFinished(() => runtime.dispose())
  const send = (partition: number, records: ReadonlyArray<BrokerRecord>) =>
    runtime.runPromise(Effect.result(MessageBroker.use((broker) => broker.send(partition, records))))
  return {
    /** The offset of the first record, or the failure. */
    send,
    /** Repeats the same records until they are acknowledged; answers the failures before. */
    sendOut: async (partition: number, records: ReadonlyArray<BrokerRecord>): Promise<ReadonlyArray<BrokerFailure>> => {
      const failures: Array<BrokerFailure> = []
      for (;;) {
        const result = await send(partition, records)
        if (Result.isSuccess(result)) return failures
        failures.push(result.failure)
        if (failures.length > 500) throw new Error(`never acknowledged: ${result.failure.code}`)
      }
    },
    describe: () => runtime.runPromise(Effect.result(MessageBroker.use(({ describe }) => describe))),
    partitionOf: (key: string, partitions: number) =>
      runtime.runPromise(MessageBroker.useSync((broker) => broker.partitionOf(key, partitions)))
  }
}
