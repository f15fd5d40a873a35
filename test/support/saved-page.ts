import { Effect } from "effect"
import { type SavedPage, Views } from "../../src/application/ports/views.ts"

/** A page without rows, as far as a test does not say otherwise. */
export const pageOf = (page: Partial<SavedPage> & Pick<SavedPage, "position">): SavedPage => ({
  after: 0,
  epoch: 0,
  rows: [],
  messages: [],
  ...page
})

/** Saves a page that follows on whatever is there, and answers it; it leads one position further unless it says where to. */
export const savePage = Effect.fnUntraced(function* (page: Partial<SavedPage>) {
  const views = yield* Views
  const after = yield* views.position
  const saved = pageOf({ after, position: after + 1, epoch: yield* views.epoch, ...page })
  yield* views.save(saved)
  return saved
})
