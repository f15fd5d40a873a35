type Labels = { readonly [label: string]: string }
type Sample = { readonly name: string; readonly labels: Labels; readonly value: number }
type Family = { readonly type: string; readonly help: string; readonly samples: ReadonlyArray<Sample> }

export type Metrics = {
  readonly families: ReadonlyMap<string, Family>
  /** All samples of a name whose labels hold these. */
  readonly samples: (name: string, labels?: Labels) => ReadonlyArray<Sample>
  /** Their sum; undefined when there is none. */
  readonly value: (name: string, labels?: Labels) => number | undefined
}

const name = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
const sampleLine = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/
const label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\n"])*)"(?:,|$)/y

const wrong = (what: string, line: string): Error => new Error(`${what}: ${line}`)

const labelsIn = (text: string, line: string): Labels => {
  const labels: Record<string, string> = {}
  for (label.lastIndex = 0; label.lastIndex < text.length; ) {
    const found = label.exec(text)
    if (!found) throw wrong("no label", line)
    const [, key = "", value = ""] = found
    if (key in labels) throw wrong("a label twice", line)
    labels[key] = value
  }
  return labels
}

const valueIn = (text: string, line: string): number => {
  if (/^[+-]?Inf$/.test(text)) return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  const value = Number(text)
  // An average of nothing; readers take it in any case.
  if (Number.isNaN(value) && text.toLowerCase() !== "nan") throw wrong("no number", line)
  return value
}

const suffixes: { readonly [type: string]: RegExp } = {
  counter: /^$/,
  gauge: /^$/,
  summary: /^(?:_sum|_count)?$/,
  histogram: /^(?:_bucket|_sum|_count)$/
}

const withoutLe = ({ le, ...labels }: Labels) => JSON.stringify(Object.entries(labels).sort())

/** Each series of a histogram has buckets that only grow, and the last one holds all. */
const checkHistogram = (of: string, samples: ReadonlyArray<Sample>) => {
  const buckets = samples.filter((one) => one.name.endsWith("_bucket"))
  for (const [series, own] of Map.groupBy(buckets, ({ labels }) => withoutLe(labels))) {
    if (own.some(({ value }, i) => value < (own[i - 1]?.value ?? 0))) throw wrong("buckets that shrink", of)
    const count = samples.find((one) => one.name.endsWith("_count") && withoutLe(one.labels) === series)
    if (own.at(-1)?.labels["le"] !== "+Inf" || own.at(-1)?.value !== count?.value) throw wrong("no whole histogram", of)
  }
}

/** Reads the text format of Prometheus, version 0.0.4; throws on whatever does not belong there. */
export const parseMetrics = (text: string): Metrics => {
  if (!text.endsWith("\n")) throw new Error("the last line does not end")
  const families = new Map<string, { type: string; help: string; samples: Array<Sample> }>()
  const seen = new Set<string>()
  let current = ""
  for (const line of text.split("\n").filter((line) => line !== "")) {
    const [, keyword, of = "", rest = ""] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? []
    if (keyword === "HELP") {
      if (families.has(of) || !name.test(of)) throw wrong("a family twice, or without a name", line)
      families.set(of, { type: "", help: rest, samples: [] })
      current = of
    } else if (keyword === "TYPE") {
      const family = families.get(of)
      if (!family || of !== current || !(rest in suffixes)) throw wrong("an odd type", line)
      family.type = rest
    } else {
      const [, sampled = "", labels = "", value = ""] = sampleLine.exec(line) ?? []
      const family = families.get(current)
      if (!family || !sampled.startsWith(current) || !suffixes[family.type]?.test(sampled.slice(current.length)))
        throw wrong("a sample of no family", line)
      const sample = { name: sampled, labels: labelsIn(labels, line), value: valueIn(value, line) }
      const series = sampled + JSON.stringify(Object.entries(sample.labels).sort())
      if (seen.has(series)) throw wrong("a series twice", line)
      seen.add(series)
      family.samples.push(sample)
    }
  }
  for (const [of, { type, samples }] of families) if (type === "histogram") checkHistogram(of, samples)

  const all = [...families.values()].flatMap(({ samples }) => samples)
  const samples: Metrics["samples"] = (wanted, labels = {}) =>
    all.filter(
      (one) => one.name === wanted && Object.entries(labels).every(([key, value]) => one.labels[key] === value)
    )
  return {
    families,
    samples,
    value: (wanted, labels) => {
      const found = samples(wanted, labels)
      return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0)
    }
  }
}
