import { Context, Layer } from "effect"
import { type FailureRun, FailureRuns } from "../failure-runs.ts"
import type { Kind } from "./gate.ts"

const most = 10_000

const keyOf = (id: string, kind: Kind) => `${kind} ${id}`

/** Failed platform calls of this process in a row, by registration and kind: that polls get through says nothing of a confirm that does not. Forgetting one only puts giving up off. */
export class Failures extends Context.Service<
  Failures,
  {
    readonly failed: (id: string, kind: Kind, now: number, code: string) => void
    readonly answered: (id: string, kind: Kind) => void
    readonly of: (id: string, kind: Kind) => FailureRun | undefined
  }
>()("certreg/application/driving/Failures") {
  static readonly layer = Layer.sync(Failures, () => {
    const runs = new FailureRuns<string>(most)
    return Failures.of({
      failed: (id, kind, now, code) => void runs.failed(keyOf(id, kind), now, code),
      answered: (id, kind) => void runs.succeeded(keyOf(id, kind)),
      of: (id, kind) => runs.of(keyOf(id, kind))
    })
  })
}
