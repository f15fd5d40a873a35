import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { canariesIn } from "./canaries.ts"

/** Every file under a folder with its bytes. Not for a process that has a database of it open: closing its file drops the locks. */
export const filesUnder = (folder: string): Readonly<Record<string, Buffer>> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [file.slice(folder.length + 1), readFileSync(file)])
  )

/** What is in the URL-safe alphabet of base64, in the usual one. */
const usualAlphabet = (bytes: Buffer): Buffer =>
  Buffer.from(bytes.map((byte) => (byte === 0x2d ? 0x2b : byte === 0x5f ? 0x2f : byte)))

/** `<secret> in <place>` for every secret that lies in a place in any spelling. */
export const tracesOf = (
  secrets: Readonly<Record<string, string>>,
  places: Readonly<Record<string, Buffer>>
): ReadonlyArray<string> =>
  Object.entries(places).flatMap(([place, bytes]) => {
    const forms = [bytes, usualAlphabet(bytes)]
    return Object.entries(secrets)
      .filter(([, secret]) => forms.some((form) => canariesIn(form, [Buffer.from(secret)]).length > 0))
      .map(([name]) => `${name} in ${place}`)
  })
