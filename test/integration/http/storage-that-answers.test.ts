import { expect, it, onTestFinished } from "vitest"
import { registrationId } from "../../../src/application/history/ids.ts"
import { issueUrls } from "../../support/driver-commands.ts"
import { startHttp } from "../../support/http-service.ts"
import { jpeg } from "../../support/images.ts"
import { registrationRequest } from "../../support/registration-request.ts"
import { scriptedServer } from "../../support/scripted-server.ts"

it("a storage that answers again, be it with a no, is not said to be down", async () => {
  let status = 503
  const storage = await scriptedServer(async (request, response) => {
    for await (const _ of request);
    response.statusCode = status
    response.end("<Error><Code>InvalidRequest</Code></Error>")
  })
  onTestFinished(storage.close)
  const service = await startHttp({ storageHosts: storage.host })
  const known = registrationRequest()
  const body = JSON.stringify(known)
  await service.call("POST", "/v1/registrations", { headers: { "content-type": "application/json" }, body })
  const id = registrationId("ACME_USER_ID", known.partnerUserId, 1)
  await service.run(issueUrls(id, storage.url))
  const put = () => service.call("PUT", `/v1/registrations/${id}/documents/ktp`, { body: jpeg() })
  const ready = async () =>
    ((await (await service.call("GET", "/health/ready", { as: "" })).json()) as { dependencies: { storage: string } })
      .dependencies.storage
  expect((await put()).status).toBe(503)
  expect(await ready()).toBe("down")
  status = 400
  expect((await put()).status).toBe(502)
  expect(await ready()).toBe("up")
})
