/** A word that stands nowhere but in the values of one request. It fits into an id, a label, a header and an e-mail address. */
export const wordOf = (number: number): string => `zq7xkv0${number.toString(36)}x`

/** The number of the request that a mark comes from, where it tells. */
export const numberOf = (mark: string): number | undefined => {
  const [, number] = /^zq7xkv0([0-9a-y]+)x/i.exec(mark) ?? []
  return number === undefined ? undefined : Number.parseInt(number, 36)
}

/** What no word fits into is known by how it begins: NIKs of one region, mobile numbers of one block, births of one year. */
export const nikRegion = "947102"
export const phoneBlock = "8199471"
export const birthYear = "1907"

// Neither is looked for within a longer number or a hash.
const marks = new RegExp(
  [
    "zq7xkv0[0-9a-z]*",
    `(?<![0-9a-f])${nikRegion}\\d{10}`,
    `(?<![0-9a-f])(?:62|0)?${phoneBlock}\\d{4}`,
    `(?<!\\d)${birthYear}-\\d\\d-\\d\\d`,
    `\\d\\d-\\d\\d-${birthYear}`
  ].join("|"),
  "gi"
)

/** All that stands in a text and came from a request. */
export const marksIn = (text: string): ReadonlyArray<string> => text.match(marks) ?? []
