import type { AddressInfo } from "node:net"
import { createServer } from "node:net"
import { expect, it, onTestFinished } from "vitest"
import { issueUrls } from "../support/driver-commands.ts"
import { startHttp } from "../support/http-service.ts"
import { jpeg } from "../support/images.ts"
import { registrationRequest } from "../support/registration-request.ts"

it("a storage that only ever announces its answer is given up", async () => {
  const timers = new Set<NodeJS.Timeout>()
  const server = createServer((socket) => {
    socket.on("error", () => {}).on("data", () => {})
    const timer = setInterval(() => socket.write("HTTP/1.1 102 Processing\r\n\r\n"), 300)
    timers.add(timer)
    socket.on("close", () => clearInterval(timer))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  onTestFinished(() => {
    for (const timer of timers) clearInterval(timer)
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const service = await startHttp({ storageHosts: `127.0.0.1:${port}`, storageTimeout: 3000 })
  const started = await service.call("POST", "/v1/registrations", {
    headers: { "content-type": "application/json" },
    body: JSON.stringify(registrationRequest())
  })
  const { id } = (await started.json()) as { id: string }
  await service.run(issueUrls(id, `http://127.0.0.1:${port}`))
  expect((await service.call("PUT", `/v1/registrations/${id}/documents/ktp`, { body: jpeg() })).status).toBe(503)
})
