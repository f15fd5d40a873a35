import type { Document } from "./api.ts"
import { eventually } from "./eventually.ts"
import { rawConnection, type WhenOver } from "./raw-http.ts"
import type { ServiceProcess } from "./service.ts"

/**
 * The head and the first bytes of an upload; answers once the storage has met it, with the connection that the rest can take. `trickle`
 * sends a byte now and then, since an upload without progress stalls; the rest can be sent when it has stopped.
 */
export const beginUpload = async (
  service: ServiceProcess,
  user: string,
  id: string,
  document: Document,
  image: Uint8Array,
  sent: number,
  whenOver?: WhenOver
) => {
  const connection = await rawConnection(Number(new URL(service.url()).port), whenOver)
  const head = [
    `PUT /v1/registrations/${id}/documents/${document} HTTP/1.1`,
    "host: certreg",
    `authorization: Bearer ${service.api.key}`,
    "content-type: image/jpeg",
    `content-length: ${image.length}`
  ]
  await connection.write(`${head.join("\r\n")}\r\n\r\n`, image.subarray(0, sent))
  await eventually("the upload at the storage", async () =>
    (await service.platform(user)).calls.some(({ call }) => call === "put")
  )
  let at = sent
  const trickle = () => {
    const timer = setInterval(() => void connection.write(image.subarray(at, ++at)), 500)
    return () => clearInterval(timer)
  }
  return { ...connection, trickle, finish: () => connection.write(image.subarray(at)) }
}
