import { Clock, Effect } from "effect"
import { nextStep, retentionStep, type StepAtPlatform, stepAtPlatform } from "../../domain/registration/next-step.ts"
import { confirmationOf, isSettled, type Registration } from "../../domain/registration/registration.ts"
import { load } from "../history/load.ts"
import { revisionOf } from "../history/loaded.ts"
import type { Due } from "../ports/views.ts"
import { Settings } from "../settings.ts"
import { confirm, isUnsent } from "./confirm.ts"
import { expire } from "./expire.ts"
import { Gate, type Kind } from "./gate.ts"
import { issueUrls } from "./issue-urls.ts"
import { park, parkWithoutKey } from "./park.ts"
import { poll } from "./poll.ts"
import { reconcile } from "./reconcile.ts"
import { Reconciled } from "./reconciled.ts"
import { record } from "./record.ts"
import { endHold, erase } from "./retention.ts"
import { type DueStep, done, putOffUntil, type Stepped } from "./stepped.ts"
import { nextLookAtClock } from "./trusted-time.ts"
import { tryAgain } from "./try-again.ts"

const kinds: { readonly [Tag in Next["_tag"]]?: Kind } = {
  IssueUrls: "urls",
  Confirm: "confirm",
  Poll: "poll",
  Reconcile: "poll"
}

/** Milliseconds that a row of another configuration is put off for. */
const mostOfAnother = 24 * 60 * 60_000

type Next = StepAtPlatform | { readonly _tag: "Reconcile" }

/** Looks at a registration as it is now and does what is to be done next, if it is due. */
export const step = Effect.fnUntraced(function* ({ id, tries, revision: known, reconciledIn }: Due) {
  const loaded = yield* load(id)
  const revision = revisionOf(loaded)
  const now = yield* Clock.currentTimeMillis
  if (loaded.unreadable) return yield* park(loaded.unreadable, known, now)
  if (loaded.state._tag === "Initial") return done(revision)
  const settings = yield* Settings
  const isReconciled = (yield* Reconciled).isReconciled({ id, reconciledIn })
  const due = { ...loaded, id, tries, revision, state: loaded.state, now, isReconciled }
  return yield* take(due, known).pipe(
    Effect.map((stepped) => soonEnough(due, stepped, settings)),
    Effect.catchTags({
      KeyMissing: () => parkWithoutKey(due),
      // The key has a tombstone, and the log says nothing of it.
      DataErased: () => Effect.map(record(id, { _tag: "RecordErased" }), (erased) => done(erased.revision))
    })
  )
}) satisfies (work: Due) => Effect.Effect<Stepped, unknown, unknown>

const take = Effect.fnUntraced(function* (due: DueStep, known: number) {
  const settings = yield* Settings
  // What has ended, and of which no verdict is to come, has nothing to reconcile.
  const isReconciled = due.isReconciled || isSettled(due.state)
  const next = nextStep(due.state, due.now, settings)
  const isOfRetention = next._tag === "EndHold" || next._tag === "Erase"
  // What was asked for waits for no answer of the platform; what is erased already ends once it is reconciled.
  if (isOfRetention && (isReconciled || !due.state.erased)) {
    const kept = yield* next._tag === "EndHold" ? endHold(due) : erase(due)
    if (kept) return kept
  }
  // What waits for our clock to be confirmed keeps nothing else waiting.
  if (!isReconciled) return yield* act(due, reconciling(due.state), known)
  if (!isOfRetention) return yield* act(due, yield* atPlatform(due, next), known)
  const meanwhile = yield* atPlatform(due, stepAtPlatform(due.state, due.now, settings))
  if (meanwhile._tag === "Nothing" || meanwhile._tag === "WaitUntil")
    return putOffUntil(due.revision, nextLookAtClock(due, settings), 0)
  return yield* act(due, meanwhile, known)
})

const confirming: StepAtPlatform = { _tag: "Confirm" }

/** Where all transmissions of ours were turned away there is nothing to ask about yet. */
const atPlatform = (due: DueStep, usual: StepAtPlatform) =>
  Effect.map(isUnsent(due), (unsent) => (unsent ? confirming : usual))

/** Before anything else is done for a registration that the log may have forgotten something of. */
const reconciling = (state: Registration): Next => ({ _tag: confirmationOf(state) ? "Poll" : "Reconcile" })

const act = Effect.fnUntraced(function* (due: DueStep, next: Next, known: number) {
  const { revision } = due
  const kind = kinds[next._tag]
  const gate = yield* Gate
  // Behind a closed gate nothing is even claimed.
  if (kind && !gate.isOpen(kind, performance.now())) return yield* tryAgain(due, revision, kind)
  switch (next._tag) {
    case "Nothing":
      return done(revision)
    case "WaitUntil":
      // The row of this very revision says otherwise: it was made under another configuration, and so may the next start be.
      return known === revision ? putOffUntil(revision, Math.min(next.at, due.now + mostOfAnother), 0) : done(revision)
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
}) satisfies (...args: never) => Effect.Effect<Stepped, unknown, unknown>

/** What is to be done about how long the personal data is kept does not wait for a poll that was put off for longer. */
const soonEnough = (due: DueStep, stepped: Stepped, settings: Settings["Service"]): Stepped => {
  const { revision, again } = stepped
  // What is erased already ends with what was put off.
  if (again === undefined || due.state.erased) return stepped
  const retention = retentionStep(due.state, due.now, settings)
  if (retention._tag === "Nothing") return stepped
  const at = retention._tag === "WaitUntil" ? retention.at : nextLookAtClock(due, settings)
  return at < again.at ? { revision, again: { ...again, at } } : stepped
}
