import { randomUUID } from "node:crypto"
import type { Person } from "./contacts.ts"
import type { Submission } from "./registry.ts"
import { resultOf } from "./results.ts"
import type { Simulator } from "./simulator.ts"
import type { Stage } from "./stages.ts"
import { stagesOf } from "./stages.ts"
import type { ChosenEnding } from "./test-values.ts"
import { nikSerials, parseEnding } from "./test-values.ts"

const later = (ms: number, work: () => void): void => {
  if (ms > 0) setTimeout(work, ms).unref()
  else setImmediate(work)
}

/** What the platform finds out about a person: a test value if there is one, else whether a contact is another's. */
const findOut = (
  { contacts, options, scenarios }: Simulator,
  submission: Submission,
  person: Person
): ChosenEnding | undefined => {
  const bySerial = options.nikValues === "on" ? nikSerials[person.serial] : undefined
  const chosen = scenarios.of(submission.user.id).ending ?? (bySerial === undefined ? undefined : parseEnding(bySerial))
  if (chosen !== undefined) return chosen
  const reasonCode = contacts.taken(person)
  if (reasonCode !== undefined) return { ending: "rejected", reasonCode }
  contacts.bind(person)
  return undefined
}

const tell = ({ callbacks, options, scenarios }: Simulator, submission: Submission, stage: Stage): void => {
  const { traits } = scenarios.of(submission.user.id)
  const change = submission.changes.findLast((one) => one.stage === stage)
  if (change === undefined || traits.has("silent")) return
  const result = resultOf(submission, change, traits)
  const body = traits.has("bare") ? { submissionId: result["submissionId"], status: result["status"] } : result
  const delayMs = options.callbackDelayMs + (traits.has("late") ? options.lateMs : 0)
  callbacks.announce(submission, body, traits.has("duplicate") ? 2 : 1, delayMs)
}

/** A stage takes effect. */
export const change = (simulator: Simulator, submission: Submission, stage: Stage): void => {
  if (stage.status === "COMPLETED" && stage.result === "VALID") submission.certificateId ??= randomUUID()
  submission.changes.push({ stage, at: Date.now() })
  if (stage.callback === "sent") tell(simulator, submission, stage)
}

const advance = (simulator: Simulator, submission: Submission, stages: ReadonlyArray<Stage>, index: number): void => {
  const stage = stages[index]
  if (stage === undefined) return
  later(stage.afterMs, () => {
    change(simulator, submission, stage)
    const before = stages[index - 1]
    if (before?.callback === "held") tell(simulator, submission, before)
    advance(simulator, submission, stages, index + 1)
  })
}

/** What follows a confirm (contract 7), in its own time. */
export const startProcessing = (simulator: Simulator, submission: Submission, person: Person): void => {
  const { options, scenarios } = simulator
  const { stages, traits } = scenarios.of(submission.user.id)
  if (stages !== undefined) advance(simulator, submission, stages, 0)
  else {
    later(options.verifyMs, () => {
      const ending = findOut(simulator, submission, person)
      advance(simulator, submission, stagesOf(ending, traits, options.issueMs), 0)
    })
  }
}
