import { afterAll, describe, expect, it } from "vitest"
import { type Json, usersOf } from "../support/api.ts"
import { consent, person, personalSecrets } from "../support/canary.ts"
import { brokersOfRun, withoutBroker } from "../support/kafka/kafka-of-run.ts"
import { untilPublished } from "../support/kafka/published.ts"
import { createTopic } from "../support/kafka/topic.ts"
import { startService } from "../support/service.ts"
import { tracesOf } from "../support/traces.ts"

describe.skipIf(withoutBroker)("what others read", async () => {
  if (withoutBroker) return
  const topic = await createTopic(brokersOfRun)
  const env = { KAFKA_BROKERS: brokersOfRun.join(), KAFKA_TOPIC: topic, VERDICT_POLL_AFTER: "500 millis" }
  const service = await startService({ env })
  afterAll(service.close)
  const { api, simulator } = service
  const userWith = usersOf("canary")

  const begin = async (user: string) => {
    const body: Json = { partnerUserId: user, applicant: person, consents: [consent], labels: { campaign: "spring" } }
    const answer = await api.post(body)
    expect(answer.status).toBe(201)
    return answer.body.id
  }
  const register = async (user: string) => {
    const id = await begin(user)
    await api.uploadBoth(id)
    return id
  }

  it("holds nothing of a person: no value, header or key of a record, and no message of the feed", async () => {
    const echo = `${person.name} (${person.nik}) is not ${person.email.address}`
    const [refused, rejected] = [userWith(), userWith()]
    await simulator.script({ user: refused, faults: { confirm: [{ status: 400, code: "1650", cause: echo }] } })
    const stages = [{ status: "COMPLETED", result: "INVALID", reasonCode: `NIK_${person.nik}` }]
    await simulator.script({ user: rejected, stages })
    await Promise.all([
      ...["", "silent", "confirm-garbage"].map(async (values) => api.until(await register(userWith(values)), "issued")),
      register(refused).then((id) => api.until(id, "failed")),
      register(rejected).then((id) => api.until(id, "rejected")),
      begin(userWith()).then((id) => api.withdraw(id))
    ])
    const { feed, records } = await untilPublished(api, brokersOfRun, topic)
    const types = new Set(feed.map(({ type }) => type.split(".")[2]))
    expect([...types]).toEqual(expect.arrayContaining(["requested", "urls_issued", "issued", "failed", "rejected"]))
    const text = (value: unknown) => Buffer.from(JSON.stringify(value))
    const places = {
      values: Buffer.from(records.map(({ value }) => value).join("\n")),
      keys: text(records.map(({ key }) => key)),
      headers: text(records.map(({ headers }) => headers)),
      cursors: Buffer.from(records.map(({ headers }) => atob(headers["certreg-cursor"] ?? "")).join()),
      feed: text(feed)
    }
    expect(tracesOf(personalSecrets, places)).toEqual([])
    // They would be seen.
    expect(tracesOf({ label: "spring", user: refused }, places)).toEqual(
      expect.arrayContaining(["label in values", "user in values", "label in feed", "user in feed"])
    )
  })
})
