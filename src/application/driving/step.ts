import { Clock, Effect } from "effect"
import { nextStep, type Step } from "../../domain/registration/next-step.ts"
import { confirmationOf, isSettled, type Registration } from "../../domain/registration/registration.ts"
import { load } from "../history/load.ts"
import { revisionOf } from "../history/loaded.ts"
import type { Due } from "../ports/views.ts"
import { Settings } from "../settings.ts"
import { confirm, isUnsent } from "./confirm.ts"
import { expire } from "./expire.ts"
import { Gate, type Kind } from "./gate.ts"
import { issueUrls } from "./issue-urls.ts"
import { park } from "./park.ts"
import { poll } from "./poll.ts"
import { reconcile } from "./reconcile.ts"
import { Reconciled } from "./reconciled.ts"
import { type DueStep, done, putOffUntil, type Stepped } from "./stepped.ts"
import { tryAgain } from "./try-again.ts"

const kinds: { readonly [Tag in Next["_tag"]]?: Kind } = {
  IssueUrls: "urls",
  Confirm: "confirm",
  Poll: "poll",
  Reconcile: "poll"
}

type Next = Step | { readonly _tag: "Reconcile" }
const confirming: Next = { _tag: "Confirm" }

/** Before anything else is done for a registration that the log may have forgotten something of. */
const reconciling = (state: Registration): Next =>
  isSettled(state) ? { _tag: "Nothing" } : { _tag: confirmationOf(state) ? "Poll" : "Reconcile" }

/** Looks at a registration as it is now and does what is to be done next, if it is due. */
export const step = Effect.fnUntraced(function* ({ id, tries, revision: known, reconciledIn }: Due) {
  const loaded = yield* load(id)
  const revision = revisionOf(loaded)
  const now = yield* Clock.currentTimeMillis
  if (loaded.unreadable) return yield* park(loaded.unreadable, known, now)
  if (loaded.state._tag === "Initial") return done(revision)
  const isReconciled = (yield* Reconciled).isReconciled({ id, reconciledIn })
  const due = { ...loaded, id, tries, revision, state: loaded.state, now, isReconciled }
  const next = isReconciled ? yield* usual(due) : reconciling(due.state)
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
    case "Reconcile":
      return yield* reconcile(due)
    case "Expire":
      return yield* expire(due)
  }
}) satisfies (work: Due) => Effect.Effect<Stepped, unknown, unknown>

const usual = Effect.fnUntraced(function* (due: DueStep) {
  const settings = yield* Settings
  // All transmissions of ours were turned away: there is nothing to ask about yet.
  return (yield* isUnsent(due)) ? confirming : nextStep(due.state, due.now, settings)
})
