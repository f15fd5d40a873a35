import { expect, it, onTestFinished } from "vitest"
import { registrationId } from "../../../src/application/history/ids.ts"
import { factsOf } from "../../support/direct-upload.ts"
import { issueUrls } from "../../support/driver-commands.ts"
import { eventually } from "../../support/eventually.ts"
import { startHttp } from "../../support/http-service.ts"
import { jpeg } from "../../support/images.ts"
import { rawConnection } from "../../support/raw-http.ts"
import { registrationRequest } from "../../support/registration-request.ts"
import { scriptedServer } from "../../support/scripted-server.ts"

const json = { "content-type": "application/json" }

it("commands that wait for an upload of the same document, and are no work, refuse nothing to other tenants", async () => {
  const storage = await scriptedServer(async (request, response) => {
    for await (const _ of request);
    response.end()
  })
  onTestFinished(storage.close)
  const service = await startHttp({ storageHosts: storage.host })
  const post = (request: object, as: string) =>
    service.call("POST", "/v1/registrations", { as, headers: json, body: JSON.stringify(request) })
  const known = registrationRequest()
  expect((await post(known, "acme")).status).toBe(201)
  const id = registrationId("ACME_USER_ID", known.partnerUserId, 1)
  await service.run(issueUrls(id, storage.url))
  const path = `/v1/registrations/${id}/documents`
  // One upload over a slow line.
  const image = jpeg({ size: 200_000 })
  const begun = await rawConnection(service.port)
  await begun.write(
    `PUT ${path}/ktp HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${service.keys["acme"]}\r\ncontent-length: ${image.length}\r\n\r\n`,
    image.subarray(0, 99_999)
  )
  await eventually("the upload to begin", () => storage.counted.connections > 0)
  // Its app says again and again that both images are there.
  const said = JSON.stringify({ ktp: factsOf(image), selfie: factsOf(jpeg({ tag: "selfie" })) })
  const waiting = Array.from({ length: 64 }, () => service.call("POST", path, { headers: json, body: said }))
  // Nothing else is going on, for longer than a command may be old.
  const statuses: Array<number> = []
  for (let i = 0; i < 200; i++) statuses.push((await post(registrationRequest(), "beta")).status)
  await begun.write(image.subarray(99_999))
  expect((await begun.answer()).status).toBe(200)
  await Promise.all(waiting)
  expect(new Set(statuses)).toEqual(new Set([201]))
})
