import { expect } from "vitest"
import type { History } from "./api.ts"
import { checkHistory } from "./history.ts"
import type { ServiceProcess } from "./service.ts"

const claimedIn = ({ events }: History, call: string): ReadonlyArray<unknown> =>
  events.flatMap(({ type, data }) => (type === "CallStarted" && data["call"] === call ? [data["sessionId"]] : []))

/**
 * What the platform saw of a user whose registrations have these histories: no call but under a claim of the log, no confirm under two
 * session ids, no newer submission over one that was confirmed, polls under ids of their own.
 */
export const checkPlatformView = async (
  service: Pick<ServiceProcess, "platform">,
  user: string,
  histories: ReadonlyArray<History>
): Promise<void> => {
  const { calls, submissions } = await service.platform(user)
  const claimed = (call: string) => histories.flatMap((history) => claimedIn(history, call))
  const [urls, confirms, uploads] = [claimed("urls"), claimed("confirm"), claimed("upload")]
  for (const { call, session } of calls) {
    if (call === "urls") expect(urls).toContain(session)
    if (call === "confirm") expect(confirms).toContain(session)
    if (call === "poll") expect([...urls, ...confirms, ...uploads]).not.toContain(session)
  }
  for (const history of histories) {
    const sessions = claimedIn(history, "urls")
    const own = submissions.filter(({ openedUnder }) => openedUnder !== undefined && sessions.includes(openedUnder))
    const confirmed = own.filter(({ confirmedAt }) => confirmedAt !== undefined)
    expect(confirmed.length).toBeLessThanOrEqual(1)
    for (const submission of confirmed) {
      expect(submission.confirmedUnder).toHaveLength(1)
      expect(submission).toBe(own.at(-1))
    }
  }
}

/** All histories of a user, each whole by itself and together what the platform saw. */
export const wholeHistories = async <Ids extends ReadonlyArray<string>>(
  service: Pick<ServiceProcess, "api" | "platform">,
  user: string,
  ...ids: Ids
) => {
  const histories = await Promise.all(ids.map((id) => service.api.history(id)))
  for (const history of histories) checkHistory(history)
  await checkPlatformView(service, user, histories)
  return histories as { [N in keyof Ids]: History }
}

/** The platform found nothing wrong with any call, and did not break itself. */
export const checkLedger = async ({ simulator }: Pick<ServiceProcess, "simulator">): Promise<void> => {
  const { violations, defects } = await simulator.ledger()
  expect(violations).toEqual([])
  expect(defects).toBe(0)
}
