import { createHash } from "node:crypto"
import type { Api, Document } from "./api.ts"

export type UploadUrls = {
  readonly submissionId: string
  readonly expiresAt: string
  readonly documents: { readonly [D in Document]: { readonly url: string } }
}

/** What is said of an image that went to the storage directly. */
export const factsOf = (image: Uint8Array, mediaType = "image/jpeg") => ({
  sha256: createHash("sha256").update(image).digest("hex"),
  size: image.length,
  mediaType
})

/** The direct way as an app and its backend take it. */
export const directWay = (api: Pick<Api, "send">) => ({
  urls: (id: string) => api.send<UploadUrls>("GET", `/v1/registrations/${id}/upload-urls`),
  /** From the device to the storage; answers the status. */
  put: async (url: string, image: Uint8Array<ArrayBuffer>, mediaType = "image/jpeg") =>
    (await fetch(url, { method: "PUT", body: image, headers: { "content-type": mediaType } })).status,
  say: (id: string, documents: unknown) => api.send("POST", `/v1/registrations/${id}/documents`, { json: documents })
})
