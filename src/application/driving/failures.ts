import { Context, Layer } from "effect"
import { BoundedMap } from "../bounded-map.ts"

const most = 10_000

/** Failed platform calls of this process, by registration, since the last one but a poll that was answered. Forgetting one only puts giving up off. */
export class Failures extends Context.Service<
  Failures,
  { readonly count: (id: string, outcome: "answered" | "unavailable") => void; readonly of: (id: string) => number }
>()("certreg/application/driving/Failures") {
  static readonly layer = Layer.sync(Failures, () => {
    const counts = new BoundedMap<string, number>(most)
    return Failures.of({
      count: (id, outcome) => {
        if (outcome === "answered") counts.delete(id)
        else counts.set(id, (counts.get(id) ?? 0) + 1)
      },
      of: (id) => counts.get(id) ?? 0
    })
  })
}
