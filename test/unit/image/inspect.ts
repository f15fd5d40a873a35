import { Result } from "effect"
import { ImageInspector, type InspectedImage } from "../../../src/application/image/image-inspector.ts"
import type { ImageRefused } from "../../../src/domain/image/image-refused.ts"
import type { MediaType } from "../../../src/domain/registration/events.ts"

/** The verdict on the bytes, cut at the given places. */
export const inspect = (
  bytes: Uint8Array,
  { declared, cuts = [] }: { declared?: MediaType; cuts?: ReadonlyArray<number> } = {}
): InspectedImage | ImageRefused => {
  const inspector = new ImageInspector(declared)
  const borders = [0, ...cuts, bytes.length]
  for (const [index, border] of borders.entries()) inspector.write(bytes.subarray(borders[index - 1] ?? 0, border))
  return Result.merge(inspector.end())
}

/** The reason of a refusal, or the media type of what was taken. */
export const verdict = (...given: Parameters<typeof inspect>): string => {
  const inspected = inspect(...given)
  return "_tag" in inspected ? inspected.reason : inspected.mediaType
}
