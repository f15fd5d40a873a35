import { Context, Layer } from "effect"

const most = 10_000

/** Failed platform calls of this process, by registration, since the last one but a poll that was answered. Forgetting one only puts giving up off. */
export class Failures extends Context.Service<
  Failures,
  { readonly count: (id: string, outcome: "answered" | "unavailable") => void; readonly of: (id: string) => number }
>()("certreg/application/driving/Failures") {
  static readonly layer = Layer.sync(Failures, () => {
    const counts = new Map<string, number>()
    return Failures.of({
      count: (id, outcome) => {
        if (outcome === "answered") return void counts.delete(id)
        counts.set(id, (counts.get(id) ?? 0) + 1)
        const { value: oldest } = counts.keys().next()
        if (counts.size > most && oldest !== undefined) counts.delete(oldest)
      },
      of: (id) => counts.get(id) ?? 0
    })
  })
}
