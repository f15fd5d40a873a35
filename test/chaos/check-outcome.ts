import { expect } from "vitest"
import type { History, Resource } from "../support/api.ts"
import { checkHistory } from "../support/history.ts"
import { checkLedger, checkPlatformView } from "../support/platform-view.ts"
import type { Acknowledged } from "./caller.ts"
import type { Outcome } from "./crowd.ts"
import type { Lane } from "./lane.ts"

/** What a round found, one sentence each. */
export type Findings = {
  /** Acknowledged, and not there, or not at its end. */
  readonly lost: Array<string>
  /** Done more than once, or otherwise than under its claim. */
  readonly repeated: Array<string>
}

/** An assertion's difference holds the personal data of no real person, and many lines. */
const sentenceOf = (error: unknown): string => String(error).replaceAll(/\s+/g, " ").slice(0, 400)

const attempt = async (findings: Array<string>, what: string, check: () => void | Promise<void>) => {
  try {
    await check()
  } catch (error) {
    findings.push(`${what}: ${sentenceOf(error)}`)
  }
}

/** What was acknowledged is in the history and at the platform: state, and the images that were confirmed. */
const checkKept = async (lane: Lane, { user, id, attempt, images, end, erasure }: Acknowledged, history: History) => {
  expect(history.registration).toMatchObject({ id, attempt, state: end })
  // What was erased stays so, with the receipt that was given; nothing else is.
  const kept = await lane.api.send<Resource>("GET", `/v1/registrations/${id}`)
  expect([kept.body.personalData, kept.body.erasure]).toEqual([erasure ? "erased" : "sealed", erasure])
  const { submissionId } = history.registration
  const { submissions } = await lane.platform(user)
  const confirmed = submissions.find((one) => one.submissionId === submissionId && one.confirmedAt !== undefined)
  for (const [document, sha256] of Object.entries(images)) {
    expect(history.registration.documents).toMatchObject({ [document]: { uploaded: true, sha256 } })
    if (confirmed) expect(confirmed.objects).toMatchObject({ [document.toUpperCase()]: { sha256 } })
  }
  if (end !== "withdrawn") expect(confirmed).toBeDefined()
}

const checkUser = async (lane: Lane, { user, acknowledged }: Outcome, { lost, repeated }: Findings) => {
  const histories: Array<History> = []
  for (const one of acknowledged)
    await attempt(lost, `${user}, attempt ${one.attempt}`, async () => {
      const history = await lane.api.history(one.id)
      histories.push(history)
      if (one.end !== undefined) await checkKept(lane, one, history)
    })
  for (const history of histories) await attempt(repeated, user, () => checkHistory(history))
  await attempt(repeated, user, () => checkPlatformView(lane, user, histories))
}

/** Looks at everything that a crowd left behind. `since`: when the service was back; `recovery`: milliseconds in which all had to end. */
export const checkOutcomes = async (
  lane: Lane,
  outcomes: ReadonlyArray<Outcome>,
  since: number,
  recovery = Number.POSITIVE_INFINITY
): Promise<Findings> => {
  const findings: Findings = { lost: [], repeated: [] }
  for (const { user, problem, endedAt } of outcomes) {
    if (problem !== undefined) findings.lost.push(`${user}: ${problem}`)
    else if (endedAt - since > recovery) findings.lost.push(`${user}: took ${endedAt - since} ms`)
  }
  await Promise.all(outcomes.map((outcome) => checkUser(lane, outcome, findings)))
  await attempt(findings.repeated, "ledger", () => checkLedger(lane))
  await lane.simulator.reset({ ledgerOnly: true })
  return findings
}
