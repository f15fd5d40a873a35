import { Effect } from "effect"
import { ViewsUnavailable } from "../../application/ports/views.ts"
import type { Step } from "./jobs.ts"
import { codeOf } from "./sqlite-code.ts"
import type { Writer } from "./writer.ts"

export const readViews = <A>(operation: string, work: () => A): Effect.Effect<A, ViewsUnavailable> =>
  Effect.try({ try: work, catch: (error) => new ViewsUnavailable({ operation, code: codeOf(error) }) })

/** Answers what the job came to (`JobOutcome`). */
export const writeViews = (
  writer: Writer,
  operation: string,
  steps: () => ReadonlyArray<Step>
): Effect.Effect<number, ViewsUnavailable> =>
  Effect.suspend(() => writer.run(["views", steps()])).pipe(
    Effect.mapError(({ code }) => new ViewsUnavailable({ operation, code }))
  )
