import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

/** Every file under a folder with its bytes. Not for a process that has a database of it open: closing its file drops the locks. */
export const filesUnder = (folder: string): Readonly<Record<string, Buffer>> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [file.slice(folder.length + 1), readFileSync(file)])
  )

/** The forms in which a secret could lie in a file: plain, base64, hex, percent-encoded, escaped or UTF-16. */
const formsOf = (secret: Buffer): ReadonlyArray<Buffer> => {
  const text = secret.toString("utf8")
  const hex = secret.toString("hex")
  // Base64 looks different at each offset modulo 3; its middle part is certain.
  const base64 = [0, 1, 2].map((offset) => secret.subarray(offset).toString("base64").slice(0, -4))
  return [
    secret,
    Buffer.from(text, "utf16le"),
    Buffer.from(text, "utf16le").swap16(),
    ...[hex, hex.toUpperCase(), encodeURIComponent(text), JSON.stringify(text).slice(1, -1), ...base64].map((form) =>
      Buffer.from(form)
    )
  ]
}

/** What is in the URL-safe alphabet of base64, in the usual one. */
const usualAlphabet = (bytes: Buffer): Buffer =>
  Buffer.from(bytes.map((byte) => (byte === 0x2d ? 0x2b : byte === 0x5f ? 0x2f : byte)))

/** `<secret> in <place>` for every secret that lies in a place in any spelling. */
export const tracesOf = (
  secrets: Readonly<Record<string, string | Uint8Array>>,
  places: Readonly<Record<string, Buffer>>
): ReadonlyArray<string> =>
  Object.entries(places).flatMap(([place, bytes]) => {
    const alphabets = [bytes, usualAlphabet(bytes)]
    return Object.entries(secrets)
      .filter(([, secret]) =>
        formsOf(Buffer.from(secret)).some((form) => alphabets.some((text) => text.includes(form)))
      )
      .map(([name]) => `${name} in ${place}`)
  })
