import { Gauge, type Registry } from "prom-client"

/** Makes gauges that have no value as long as nobody knows it. */
export const gaugesOf =
  (registry: Registry) =>
  <Label extends string = never>(name: string, help: string, ...labelNames: ReadonlyArray<Label>) => {
    const made = new Gauge({ name: `certreg_${name}`, help, labelNames: [...labelNames], registers: [registry] })
    // Without labels it would start with a zero.
    if (labelNames.length === 0) made.remove()
    return made
  }

export const setOrForget = <Label extends string>(
  gauge: Gauge<Label>,
  value: number | undefined,
  labels: { readonly [L in Label]?: string } = {}
) => (value === undefined ? gauge.remove(labels) : gauge.set(labels, value))
