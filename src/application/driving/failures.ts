import { Context, Layer } from "effect"
import { type FailureRun, FailureRuns } from "../failure-runs.ts"

const most = 10_000

/** Failed platform calls of this process, by registration, since the last one but a poll that was answered. Forgetting one only puts giving up off. */
export class Failures extends Context.Service<
  Failures,
  {
    readonly failed: (id: string, now: number, code: string) => void
    readonly answered: (id: string) => void
    readonly of: (id: string) => FailureRun | undefined
  }
>()("certreg/application/driving/Failures") {
  static readonly layer = Layer.sync(Failures, () => {
    const runs = new FailureRuns<string>(most)
    return Failures.of({
      failed: (id, now, code) => void runs.failed(id, now, code),
      answered: (id) => void runs.succeeded(id),
      of: (id) => runs.of(id)
    })
  })
}
