import { Effect } from "effect"
import { Agenda } from "../driving/agenda.ts"
import { follow } from "../follow.ts"
import { Health } from "../health.ts"
import { positionOfRows } from "../history/last-event.ts"
import { Views } from "../ports/views.ts"
import { Settings } from "../settings.ts"
import { makeAnnounce } from "./announce.ts"
import { makeProject, type Projected } from "./project.ts"

const recentRows = 1000

/** The rows and messages that are in use. Once they are saved, what is due is handed to the driver, and what is new is told. */
export const projection = Effect.gen(function* () {
  const views = yield* Views
  const agenda = yield* Agenda
  const health = yield* Health
  const { sweepInterval } = yield* Settings
  const announce = yield* makeAnnounce
  const project = yield* makeProject(views, {
    recentRows,
    putOffUntil: (id, revision) => agenda.putOffUntil(id, revision)
  })

  const told = ({ page, now }: Projected) => {
    health.works("projection")
    agenda.offer(page.rows, now, now + sweepInterval)
    announce(page)
  }
  const handle = (...page: Parameters<typeof project>) => Effect.map(project(...page), Effect.map(told))

  // A log that was put back while this process ran may be beyond the position by now: what is new in it would be passed over.
  return { position: positionOfRows, handle }
})

/** Never returns. Where the rows were replaced by those of a rebuild, it goes on with these. */
export const keepRows = projection.pipe(
  Effect.flatMap(follow),
  Effect.retry({ while: (error) => error._tag === "ViewsMoved" })
)
