import { createServer } from "node:http"
import { join } from "node:path"
import { afterAll, expect, it } from "vitest"
import { dockerAnswers } from "../support/docker-engine.ts"
import { type EventStoreDbProcess, startEventStoreDb } from "../support/eventstoredb/server-process.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"
import { serverOfCompose } from "./container.ts"
import { openServer } from "./server.ts"

const other: EventStoreDbProcess = await startEventStoreDb()
afterAll(() => other.kill())

const choose = async (ways: Partial<Parameters<typeof openServer>[0]>) => {
  const { server, words, close } = await openServer({
    given: undefined,
    dockerAnswers: async () => false,
    container: () => Promise.reject(new Error("it was not to be started")),
    ...ways
  })
  await close()
  return { ...server, words }
}
const notGiven = "no real server: EVENTSTOREDB_URL is not set"

it("a server that is given is the one, whatever else there is", async () => {
  const given = other.url.replace("//", "//admin:canary@")
  expect(await choose({ given, dockerAnswers: async () => true })).toEqual({
    kind: "given",
    url: given,
    httpUrl: other.httpUrl,
    version: "24.6.0.0",
    words: "EventStoreDB: given 24.6.0.0"
  })
})

it("a server that is given and does not tell its version is the one all the same, with the words for that", async () => {
  const { kind, words } = await choose({ given: "esdb://127.0.0.1:9?tls=false" })
  expect(kind).toBe("given")
  expect(words).toBe("EventStoreDB: given of unknown version (TypeError)")
})

it("where an engine answers it is one in a container, and ends with the run", async () => {
  let closed = 0
  const container = async () => ({ url: other.url, close: async () => closed++ })
  const { kind, words } = await choose({ dockerAnswers: async () => true, container })
  expect([kind, words, closed]).toEqual(["container", `EventStoreDB: container 24.6.0.0; ${notGiven}`, 1])
})

it("where the container does not start it is the double, and why is told", async () => {
  const container = () => Promise.reject(new Error("no such image\nand more"))
  const { kind, words } = await choose({ dockerAnswers: async () => true, container })
  expect(kind).toBe("double")
  expect(words).toBe(`EventStoreDB: double 24.6.0.0; ${notGiven}; no container: it does not start (no such image)`)
})

it("that container is the one of docker-compose.yml", () => {
  const { image, platform, environment } = serverOfCompose()
  expect(image).toMatch(/^[a-z]+\/[a-z]+:\d+\.\d+\.\d+/)
  expect(platform).toBe("linux/amd64")
  expect(environment).toMatchObject({ KURRENTDB_INSECURE: "true" })
})

it("without anything it is the double", async () => {
  const { kind, words } = await choose({})
  expect(kind).toBe("double")
  expect(words).toBe(`EventStoreDB: double 24.6.0.0; ${notGiven}; no container: no Docker engine answers`)
})

it("an engine answers where its ping is answered, and nowhere else", async () => {
  const socket = join(temporaryFolder(), "docker.sock")
  let status = 200
  const engine = createServer(({ url }, response) => {
    if (status > 0) response.writeHead(url === "/_ping" ? status : 404).end("OK")
  })
  await new Promise<void>((resolve) => engine.listen(socket, resolve))
  try {
    expect(await dockerAnswers(`unix://${socket}`)).toBe(true)
    status = 500
    expect(await dockerAnswers(`unix://${socket}`)).toBe(false)
    status = 0
    expect(await dockerAnswers(`unix://${socket}`, 50)).toBe(false)
  } finally {
    engine.closeAllConnections()
    engine.close()
  }
  for (const nobody of [`unix://${socket}`, "tcp://127.0.0.1:9", "ssh://engine.example", "no address"])
    expect(await dockerAnswers(nobody)).toBe(false)
})
