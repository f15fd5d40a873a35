import { expect, it, onTestFinished } from "vitest"
import { eventually } from "../support/eventually.ts"
import { brokersOfRun, withoutBroker } from "../support/kafka/kafka-of-run.ts"
import { untilPublished } from "../support/kafka/published.ts"
import { readTopic } from "../support/kafka/read-topic.ts"
import { createTopic } from "../support/kafka/topic.ts"
import { runNode } from "../support/run-node.ts"
import { startService } from "../support/service.ts"

it.skipIf(withoutBroker)("what is to be published again while no service runs is, once one does", async () => {
  const topic = await createTopic(brokersOfRun, { partitions: 1 })
  const service = await startService({ env: { KAFKA_BROKERS: brokersOfRun.join(), KAFKA_TOPIC: topic } })
  onTestFinished(() => service.close())
  const { id } = await service.api.start("again")
  expect((await service.api.withdraw(id)).status).toBe(200)
  await untilPublished(service.api, brokersOfRun, topic)
  await service.kill("SIGTERM")
  const before = await readTopic(brokersOfRun, topic)
  expect(before.length).toBeGreaterThan(1)
  const cursor = before[0]?.headers["certreg-cursor"] ?? ""
  const args = ["kafka", "republish", "--from", cursor]
  expect(await runNode("src/infrastructure/certreg.ts", args, service.env)).toMatchObject({ code: 0, stderr: "" })
  await service.start()
  const copies = (records: typeof before, value: string) => records.filter((one) => one.value === value).length
  const [first = "", ...others] = new Set(before.map(({ value }) => value))
  const after = await eventually("what follows on the cursor", async () => {
    const records = await readTopic(brokersOfRun, topic)
    return others.every((value) => copies(records, value) > copies(before, value)) && records
  })
  expect(copies(after, first)).toBe(copies(before, first))
})
