import type { IncomingMessage } from "node:http"

/**
 * What a header says, each time that it was sent. Node keeps only the first of some and joins others to one text: then a second one would
 * be overlooked, or taken for a part of the first.
 */
export const valuesOf = ({ rawHeaders }: Pick<IncomingMessage, "rawHeaders">, name: string): ReadonlyArray<string> =>
  rawHeaders.filter((_, i) => {
    const given = i % 2 === 1 ? rawHeaders[i - 1] : undefined
    return given?.length === name.length && given.toLowerCase() === name
  })
