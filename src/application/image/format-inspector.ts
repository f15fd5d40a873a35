import type { ImageRefused } from "../../domain/image/image-refused.ts"
import type { PixelSize } from "../../domain/image/pixel-size.ts"
import type { MediaType } from "../../domain/registration/events.ts"

/** Walks one format from its signature on. After a refusal it is not called again. */
export interface FormatInspector {
  readonly mediaType: MediaType
  write(chunk: Uint8Array): ImageRefused | undefined
  end(): PixelSize | ImageRefused
}
