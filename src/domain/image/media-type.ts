import type { MediaType } from "../registration/events.ts"

const spellings: ReadonlyMap<string, MediaType> = new Map([
  ["image/jpeg", "image/jpeg"],
  ["image/jpg", "image/jpeg"],
  ["image/pjpeg", "image/jpeg"],
  ["image/x-jpeg", "image/jpeg"],
  ["image/png", "image/png"],
  ["image/x-png", "image/png"]
])

/**
 * What a `Content-Type` (or the `mediaType` of a direct upload) declares, in any of its common spellings;
 * undefined where it declares nothing and the bytes decide: missing, empty, `application/octet-stream`.
 */
export const mediaTypeOf = (contentType: string | undefined): MediaType | "unsupported" | undefined => {
  const essence = contentType?.split(";", 1)[0]?.trim().toLowerCase()
  if (!essence || essence === "application/octet-stream") return undefined
  return spellings.get(essence) ?? "unsupported"
}
