import { Clock, Effect } from "effect"
import { nextStep, type Step } from "../../domain/registration/next-step.ts"
import { load, revisionOf } from "../history/load.ts"
import type { Due } from "../ports/views.ts"
import { Settings } from "../settings.ts"
import { confirm, isUnsent } from "./confirm.ts"
import { expire } from "./expire.ts"
import { Gate, type Kind } from "./gate.ts"
import { issueUrls } from "./issue-urls.ts"
import { park } from "./park.ts"
import { poll } from "./poll.ts"
import { done, putOffUntil, type Stepped } from "./stepped.ts"
import { tryAgain } from "./try-again.ts"

const kinds: { readonly [Tag in Step["_tag"]]?: Kind } = { IssueUrls: "urls", Confirm: "confirm", Poll: "poll" }

const confirming: Step = { _tag: "Confirm" }

/** Looks at a registration as it is now and does what is to be done next, if it is due. */
export const step = Effect.fnUntraced(function* ({ id, tries, revision: known }: Due) {
  const loaded = yield* load(id)
  const revision = revisionOf(loaded)
  const now = yield* Clock.currentTimeMillis
  if (loaded.unreadable) return yield* park(loaded.unreadable, known, now)
  if (loaded.state._tag === "Initial") return done(revision)
  const due = { ...loaded, id, tries, revision, state: loaded.state, now }
  const settings = yield* Settings
  // All transmissions of ours were turned away: there is nothing to ask about yet.
  const next = (yield* isUnsent(due)) ? confirming : nextStep(loaded.state, now, settings)
  const kind = kinds[next._tag]
  const gate = yield* Gate
  // Behind a closed gate nothing is even claimed.
  if (kind && !gate.isOpen(kind, performance.now())) return yield* tryAgain(due, revision, kind)
  switch (next._tag) {
    case "Nothing":
      return done(revision)
    case "WaitUntil":
      // The row of this very revision says otherwise: it was made under another configuration.
      return known === revision ? putOffUntil(revision, next.at, 0) : done(revision)
    case "IssueUrls":
      return yield* issueUrls(due)
    case "Confirm":
      return yield* confirm(due)
    case "Poll":
      return yield* poll(due)
    case "Expire":
      return yield* expire(due)
  }
}) satisfies (work: Due) => Effect.Effect<Stepped, unknown, unknown>
