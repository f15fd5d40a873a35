import { expect, it } from "vitest"
import { openKafka } from "./kafka-broker.ts"
import { brokerOfCompose } from "./kafka-container.ts"

const nothing = async () => {}
/** Every way ends in nothing unless a test says otherwise. */
const choose = async (ways: Partial<Parameters<typeof openKafka>[0]>) => {
  const { kafka, words, close } = await openKafka({
    given: undefined,
    install: async () => ({ why: "there is no Maven" }),
    installed: () => Promise.reject(new Error("it was not to be started")),
    dockerAnswers: async () => false,
    container: () => Promise.reject(new Error("it was not to be started")),
    ...ways
  })
  await close()
  return { ...kafka, words }
}
const found = { lib: "jars", version: "4.4.0" }

it("brokers that are given are those, whatever else there is, and nobody may kill them", async () => {
  expect(await choose({ given: "one:9092, two:9092", install: async () => found })).toEqual({
    broker: { kind: "given", brokers: ["one:9092", "two:9092"] },
    words: "Kafka: given at one:9092,two:9092; what kills brokers does not run"
  })
})

it("else it is one from Maven Central, which tells where its log is, and ends with the run", async () => {
  let closed = 0
  const installed = async () => ({ brokers: ["here:1"], where: "folder", close: async () => closed++ })
  expect(await choose({ install: async () => found, installed })).toEqual({
    broker: { kind: "installed", brokers: ["here:1"] },
    lib: "jars",
    words: "Kafka: Apache Kafka 4.4.0 from Maven Central at here:1, its log in folder"
  })
  expect(closed).toBe(1)
})

it("where that cannot be installed, but a Docker engine answers, it is one in a container", async () => {
  const container = async () => ({ brokers: ["there:1"], image: "apache/kafka:1", close: nothing })
  const docker = { dockerAnswers: async () => true, container }
  expect(await choose(docker)).toEqual({
    broker: { kind: "container", brokers: ["there:1"] },
    words:
      "Kafka: apache/kafka:1 in a container at there:1; what kills brokers does not run; not installed: there is no Maven"
  })
})

it("one that is installed and does not start fails the run, whatever else there is", async () => {
  const installed = () => Promise.reject(new Error("waited in vain for the broker"))
  const container = async () => ({ brokers: ["there:1"], image: "apache/kafka:1", close: nothing })
  const docker = { dockerAnswers: async () => true, container }
  await expect(choose({ install: async () => found, installed, ...docker })).rejects.toThrow("waited in vain for")
})

it("without any of them there is none, and the run says what does not run, and why", async () => {
  const why = "Kafka: no broker, none of its tests run; KAFKA_BROKERS is not set; not installed: there is no Maven"
  expect(await choose({})).toEqual({ words: `${why}; no container: no Docker engine answers` })
  expect(await choose({ dockerAnswers: async () => true })).toEqual({
    words: `${why}; no container: it does not start (it was not to be started)`
  })
})

it("that container is the one of docker-compose.yml", () => {
  expect(brokerOfCompose().image).toMatch(/^apache\/kafka:\d+\.\d+\.\d+$/)
})
