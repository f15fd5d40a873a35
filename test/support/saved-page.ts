import type { SavedPage } from "../../src/application/ports/views.ts"

/** A page without rows, as far as a test does not say otherwise. */
export const pageOf = (page: Partial<SavedPage> & Pick<SavedPage, "position">): SavedPage => ({
  after: 0,
  epoch: 0,
  rows: [],
  messages: [],
  ...page
})
