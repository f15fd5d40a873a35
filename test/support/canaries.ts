/** The forms in which a secret could lie in a file. */
const forms = (canary: Buffer): ReadonlyArray<Buffer> => {
  const text = canary.toString("utf8")
  const hex = canary.toString("hex")
  // Base64 looks different at each offset modulo 3; its middle part is certain.
  const base64 = [0, 1, 2].map((offset) => canary.subarray(offset).toString("base64").slice(0, -4))
  return [
    canary,
    Buffer.from(text, "utf16le"),
    Buffer.from(text, "utf16le").swap16(),
    ...[hex, hex.toUpperCase(), encodeURIComponent(text), JSON.stringify(text).slice(1, -1), ...base64].map((form) =>
      Buffer.from(form)
    )
  ]
}

/** Those of some secrets that are in `bytes`, plain, base64, hex, percent-encoded or UTF-16. */
export const canariesIn = (bytes: Buffer, canaries: ReadonlyArray<Buffer>): ReadonlyArray<string> =>
  canaries
    .filter((canary) => forms(canary).some((form) => bytes.includes(form)))
    .map((canary) => canary.toString("utf8"))
