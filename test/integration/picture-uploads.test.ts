import { createHash } from "node:crypto"
import type { IncomingMessage, ServerResponse } from "node:http"
import { expect, it, onTestFinished } from "vitest"
import { flipped, inserted } from "../pictures/parts.ts"
import { pictures } from "../pictures/pictures.ts"
import { issueUrls } from "../support/driver-commands.ts"
import { startHttp } from "../support/http-service.ts"
import { frameHeader, jpeg, otherImages, png } from "../support/images.ts"
import { rawConnection } from "../support/raw-http.ts"
import { registrationRequest } from "../support/registration-request.ts"
import { scriptedServer } from "../support/scripted-server.ts"

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex")
const bytesOf = (name: string) => pictures.find((picture) => picture.name === name)?.bytes ?? Buffer.alloc(0)

/** A service, and the storage that its uploads go to: what completes there is kept, as type and hash. */
const startUploads = async () => {
  const stored: Array<string> = []
  const storage = await scriptedServer(async (request: IncomingMessage, response: ServerResponse) => {
    const hash = createHash("sha256")
    try {
      for await (const chunk of request) hash.update(chunk)
    } catch {
      return // Broken off: nothing was stored.
    }
    stored.push(`${request.headers["content-type"]} ${hash.digest("hex")}`)
    response.end()
  })
  onTestFinished(storage.close)
  const service = await startHttp({ storageHosts: storage.host })
  /** The path of the documents of a new registration that waits for them. */
  const documents = async () => {
    const headers = { "content-type": "application/json" }
    const body = JSON.stringify(registrationRequest())
    const { id } = (await (await service.call("POST", "/v1/registrations", { headers, body })).json()) as { id: string }
    await service.run(issueUrls(id, storage.url))
    return `/v1/registrations/${id}/documents`
  }
  const put = async (path: string, body: Uint8Array, contentType?: string) => {
    const headers: Record<string, string> = contentType === undefined ? {} : { "content-type": contentType }
    const response = await service.call("PUT", path, { headers, body })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  return { stored, service, documents, put }
}

it("every real picture arrives unchanged, and is shown as what it is", async () => {
  const { stored, documents, put } = await startUploads()
  for (const [index, { name, bytes, mediaType }] of pictures.entries()) {
    const declared = [mediaType, undefined, "application/octet-stream"][index % 3]
    const { status, body } = await put(`${await documents()}/ktp`, bytes, declared)
    expect([name, status, body["documents"]]).toMatchObject([
      name,
      200,
      { ktp: { uploaded: true, sha256: sha256(bytes), size: bytes.length, mediaType, via: "service" } }
    ])
    expect(stored.at(-1)).toBe(`${mediaType} ${sha256(bytes)}`)
  }
  expect(stored).toHaveLength(pictures.length)
})

it("a picture that comes byte by byte arrives unchanged", async () => {
  const { stored, service, documents } = await startUploads()
  const bytes = bytesOf("png-animated-pillow.png")
  const { socket, write, answer } = await rawConnection(service.port)
  socket.setNoDelay(true)
  await write(
    `PUT ${await documents()}/selfie HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${service.keys["acme"]}\r\n`,
    `content-length: ${bytes.length}\r\n\r\n`
  )
  for (const byte of bytes) await write(Buffer.of(byte))
  expect(await answer()).toMatchObject({ status: 200 })
  expect(stored).toEqual([`image/png ${sha256(bytes)}`])
})

const phone = bytesOf("phone-exif-thumbnail.jpg")
const gainMap = bytesOf("phone-ultra-hdr-libultrahdr.jpg")
const screenshot = bytesOf("png-palette-libvips.png")
const sized = (width: number, height: number) => inserted(phone, 2, frameHeader(width, height))
const behind = (text: string) => Buffer.concat([phone, Buffer.alloc(64), Buffer.from(text, "latin1")])

/** What is sent, as what, and what of the answer names the reason. */
const refused: ReadonlyArray<readonly [string, Buffer, string | undefined, string, RegExp]> = [
  ["nothing", Buffer.alloc(0), "image/jpeg", "empty", /no bytes/],
  ...Object.entries(otherImages).map(
    ([name, bytes]) => [name, bytes, "image/jpeg", "not_an_image", new RegExp(`${name}.*JPEG or PNG`)] as const
  ),
  ["a HEIC of no type", otherImages.HEIC, undefined, "not_an_image", /HEIC.*JPEG or PNG/],
  ["base64", Buffer.from(phone.toString("base64")), undefined, "not_an_image", /base64 text.*JPEG or PNG/],
  [
    "a data URL",
    Buffer.from(`data:image/png;base64,${screenshot.toString("base64")}`),
    "image/png",
    "not_an_image",
    /data URL.*JPEG or PNG/
  ],
  ["bytes as UTF-8", Buffer.from(phone.toString()), "image/jpeg", "not_an_image", /conversion to text.*JPEG or PNG/],
  ["a PNG as JPEG", screenshot, "image/jpg", "type_mismatch", /JPEG.*PNG/],
  ["a JPEG as PNG", phone, "image/x-png", "type_mismatch", /PNG.*JPEG/],
  ["a wrong CRC", flipped(screenshot, screenshot.length - 1), "image/png", "damaged", /checksum/],
  ["a JPEG without image data", Buffer.from("ffd8ffd9", "hex"), "image/jpeg", "damaged", /image data/],
  ["an archive behind a picture", behind("PK\x03\x04"), "image/jpeg", "damaged", /ZIP/],
  ["a page behind a picture", behind("<HTML>"), "image/jpeg", "damaged", /HTML/],
  ["a JPEG without its end", phone.subarray(0, -2), "image/jpeg", "truncated", /EOI/],
  ["a JPEG that ends in its thumbnail", phone.subarray(0, 1500), "image/jpeg", "truncated", /EOI/],
  ["a JPEG cut before its gain map", gainMap.subarray(0, 2589), "image/jpeg", "truncated", /EOI/],
  ["a PNG without its end", screenshot.subarray(0, -12), "image/png", "truncated", /IEND/],
  ["99 by 100 pixels", sized(99, 100), "image/jpeg", "too_few_pixels", /100 pixels/],
  ["a PNG of 100 by 99", png({ width: 100, height: 99 }), "image/png", "too_few_pixels", /100 pixels/],
  ["16,385 by 100 pixels", sized(16_385, 100), "image/jpeg", "too_many_pixels", /16,384.*120,000,000/],
  ["12,000 by 10,001 pixels", sized(12_000, 10_001), "image/jpeg", "too_many_pixels", /16,384.*120,000,000/]
]

it("what is refused says why, and never completes at the storage, whether a document is there or not", async () => {
  const { stored, documents, put } = await startUploads()
  const path = await documents()
  for (const document of ["ktp", "selfie"]) {
    for (const [name, bytes, contentType, reason, detail] of refused) {
      const answer = await put(`${path}/${document}`, bytes, contentType)
      expect([name, answer]).toMatchObject([
        name,
        { status: 422, body: { code: "image_refused", reason, detail: expect.stringMatching(detail) } }
      ])
    }
    if (document === "ktp") expect(await put(`${path}/selfie`, phone)).toMatchObject({ status: 200 })
  }
  expect(stored).toEqual([`image/jpeg ${sha256(phone)}`])
  expect(await put(`${path}/ktp`, phone)).toMatchObject({
    status: 422,
    body: { code: "image_refused", reason: "same_as_other_document" }
  })
  expect(stored).toHaveLength(1)
  // The same registration still takes what is right, up to the limits.
  expect(await put(`${path}/ktp`, jpeg({ width: 12_000, height: 10_000 }))).toMatchObject({
    status: 200,
    body: { state: "ready_to_confirm" }
  })
})
