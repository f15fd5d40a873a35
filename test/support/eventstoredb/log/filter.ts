import type { LogRecord } from "./log-record.ts"

export type Filter = (record: LogRecord) => boolean
export const everything: Filter = () => true

/** Events whose stream or type begins with one of the prefixes, or fits the expression. */
export const filterOn = (field: "stream" | "type", prefixes: ReadonlyArray<string>, regex: string): Filter => {
  if (prefixes.length > 0) return (record) => prefixes.some((prefix) => record[field].startsWith(prefix))
  const pattern = new RegExp(regex)
  return (record) => pattern.test(record[field])
}
