/** A media range of an `Accept` header, with the weight that it gives (RFC 9110 §12.5.1). */
type Range = { readonly type: string; readonly weight: number }

const qualityOf = (parameters: ReadonlyArray<string>): number => {
  const given = parameters.map((one) => /^\s*q\s*=\s*(.*?)\s*$/i.exec(one)?.[1]).find((value) => value !== undefined)
  if (given === undefined) return 1
  // What is no weight is taken for none.
  return /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(given) ? Number(given) : 0
}

const rangesIn = (accept: string): ReadonlyArray<Range> =>
  accept.split(",").map((range) => {
    const [type = "", ...parameters] = range.split(";")
    return { type: type.trim().toLowerCase(), weight: qualityOf(parameters) }
  })

const stream = "text/event-stream"
/** The most specific range that takes JSON counts. */
const json = ["application/json", "application/*", "*/*"]

/** Whether an event stream is named, and liked better than JSON; where both are liked the same, one that is named is. */
export const prefersEventStream = (accept: string | undefined): boolean => {
  if (accept === undefined) return false
  const ranges = rangesIn(accept)
  const weightOf = (type: string | undefined) => ranges.find((range) => range.type === type)?.weight
  const weight = weightOf(stream) ?? 0
  const name = json.find((type) => weightOf(type) !== undefined)
  const other = weightOf(name) ?? 0
  return weight > 0 && (weight > other || (weight === other && name !== json[0]))
}
