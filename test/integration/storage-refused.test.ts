import type { AddressInfo } from "node:net"
import { createServer } from "node:net"
import { expect, it, onTestFinished } from "vitest"
import { answering } from "../contract/object-storage-dials.ts"
import { issueUrls } from "../support/driver-commands.ts"
import { startHttp } from "../support/http-service.ts"
import { jpeg } from "../support/images.ts"
import { registrationRequest } from "../support/registration-request.ts"

const json = (response: Response) => response.json() as Promise<Record<string, unknown>>

/** A registration that waits for its images, whose URLs name hosts of a DNS that says this. */
const awaitingImages = async (base: string, addresses: ReadonlyArray<string>, storageHosts = "") => {
  const { asked, lookup } = answering(addresses)
  const service = await startHttp({ storageHosts, lookup })
  const response = await service.call("POST", "/v1/registrations", {
    headers: { "content-type": "application/json" },
    body: JSON.stringify(registrationRequest())
  })
  const path = `/v1/registrations/${(await json(response))["id"]}`
  await service.run(issueUrls(path.slice("/v1/registrations/".length), base))
  const put = (document: string) => service.call("PUT", `${path}/documents/${document}`, { body: jpeg() })
  return { service, asked, put, now: async () => json(await service.call("GET", path)), path }
}

it("a name that leads to this network ends the registration when its first image is to be sent", async () => {
  const { asked, now, path, put, service } = await awaitingImages("https://secret.storage.example/secret-path", [
    "127.0.0.1",
    "169.254.169.254",
    "::1"
  ])
  expect(await now()).toMatchObject({ state: "awaiting_images" })
  const answer = await put("ktp")
  expect([answer.status, await json(answer)]).toMatchObject([502, { code: "storage_refused" }])
  expect(await now()).toMatchObject({ state: "failed", failure: { reasonCode: "storage_host_refused" } })
  const again = await put("selfie")
  expect([again.status, await json(again)]).toMatchObject([409, { code: "wrong_state", state: "failed" }])
  expect(asked).toEqual(["secret.storage.example"])

  const history = await service.call("GET", `${path}/events`)
  const { events } = (await history.json()) as { readonly events: ReadonlyArray<Record<string, unknown>> }
  expect(events.at(-1)).toMatchObject({
    type: "Failed",
    actor: { kind: "process" },
    data: { by: "refusal", reasonCode: "storage_host_refused" }
  })
  expect(JSON.stringify([events, service.lines, await now()])).not.toMatch(/secret|169\.254/)
})

it("both images at once end it once", async () => {
  const { now, put } = await awaitingImages("https://storage.example", ["10.0.0.1"])
  const answers = await Promise.all([put("ktp"), put("selfie")])
  for (const { status } of answers) expect([409, 502]).toContain(status)
  expect(await now()).toMatchObject({ state: "failed", failure: { reasonCode: "storage_host_refused" } })
})

it("URLs of before the setting changed are not called any more", async () => {
  let connections = 0
  const listener = createServer(() => connections++).listen(0, "127.0.0.1")
  onTestFinished(() => void listener.close())
  await new Promise((resolve) => listener.once("listening", resolve))
  const { port } = listener.address() as AddressInfo
  const { now, put } = await awaitingImages(`http://127.0.0.1:${port}`, ["8.8.8.8"], "*.s3.example")
  expect((await put("ktp")).status).toBe(502)
  expect(await now()).toMatchObject({ state: "failed", failure: { reasonCode: "storage_host_refused" } })
  expect(connections).toBe(0)
})

it("a name that leads nowhere for now ends nothing", async () => {
  const { now, put } = await awaitingImages("https://storage.example", [])
  const answer = await put("ktp")
  expect([answer.status, await json(answer)]).toMatchObject([503, { code: "unavailable" }])
  expect(await now()).toMatchObject({ state: "awaiting_images" })
})

it("URLs of before the setting changed are not handed out any more", async () => {
  const { now, path, service } = await awaitingImages(
    "https://storage.example/secret-path",
    ["8.8.8.8"],
    "*.s3.example"
  )
  const answer = await service.call("GET", `${path}/upload-urls`)
  const text = await answer.text()
  expect([answer.status, JSON.parse(text)]).toMatchObject([502, { code: "storage_refused" }])
  expect(text).not.toContain("secret-path")
  expect(await now()).toMatchObject({ state: "failed", failure: { reasonCode: "storage_host_refused" } })
  expect((await service.call("GET", `${path}/upload-urls`)).status).toBe(409)
})

it("URLs inside of the rules are handed out as they came", async () => {
  const { path, service } = await awaitingImages(
    "https://a.s3.example/x?X-Amz-Signature=a%2Fb'c",
    ["8.8.8.8"],
    "*.s3.example"
  )
  const answer = await service.call("GET", `${path}/upload-urls`)
  expect(answer.status).toBe(200)
  expect(await json(answer)).toMatchObject({
    documents: { ktp: { url: "https://a.s3.example/x?X-Amz-Signature=a%2Fb'c/ktp" } }
  })
})
