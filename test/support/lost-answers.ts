import { expect } from "vitest"
import type { Json, State } from "./api.ts"
import { eventually } from "./eventually.ts"
import { wholeHistories } from "./platform-view.ts"
import { registrationRequest } from "./registration-request.ts"
import type { ServiceProcess } from "./service.ts"

/** A way to lose an answer: before the call took effect, or after. The words are the simulator's. */
type Loss = { readonly word: string; readonly moment: "before" | "after" }

const forms = ["drop", "hang", "500", "503", "garbage", "empty", "failure", "redirect"]
export const losses: ReadonlyArray<Loss> = [
  ...forms.map((word): Loss => ({ word, moment: "before" })),
  ...forms.map((form): Loss => ({ word: `${form}-after`, moment: "after" })),
  // Half an answer.
  { word: "cut-early", moment: "before" },
  { word: "cut", moment: "after" }
]

/** Each loss of each call. */
export const lostCalls = (["urls", "confirm", "poll"] as const).flatMap((call) =>
  losses.map((loss) => ({ call, ...loss, name: `${call}: ${loss.word}` }))
)
type LostCall = (typeof lostCalls)[number]

/** What it comes to, and what ends the waiting for a verdict, where one is waited for. */
type End = { readonly state: State; readonly settledBy?: "NotConfirmed" | "CertificateIssued" }

/**
 * Before a confirmation is out an end is settled at once. What may have been executed is waited for: for a verdict, or for the platform's
 * word that there is none to come.
 */
export const endOf = ({ call, moment }: Pick<LostCall, "call" | "moment">, state: "withdrawn" | "failed"): End => {
  if (call === "urls") return { state }
  return { state, settledBy: call === "confirm" && moment === "before" ? "NotConfirmed" : "CertificateIssued" }
}

export const repeated = <A>(count: number, value: A): ReadonlyArray<A> => Array.from({ length: count }, () => value)
/** More than any test makes of them. */
const onAndOn = repeated(500, "503")

/** The faults that lose this answer, and let nothing more be known until the platform is healed. */
const faultsOf = ({ call, word }: LostCall): { readonly [call: string]: ReadonlyArray<unknown> } => {
  if (call === "urls") return { urls: [word, ...onAndOn] }
  if (call === "confirm") return { confirm: [word, ...onAndOn], poll: onAndOn }
  return { confirm: ["500-after"], poll: [word, ...onAndOn] }
}

/** A fault struck a call of the user, of this kind or of any. */
export const isStruck = ({ platform }: Pick<ServiceProcess, "platform">, user: string, kind?: string) =>
  eventually(`the fault of ${user}`, async () =>
    (await platform(user)).calls.some(({ call, fault }) => fault !== undefined && (kind ?? call) === call)
  )

type Standing = { readonly user: string; readonly id: string; readonly lost: LostCall }

/** A registration whose answer was lost just now; the platform would never come to a verdict by itself. */
export const loseAnswer = async (service: ServiceProcess, user: string, lost: LostCall): Promise<Standing> => {
  const { api, simulator } = service
  await simulator.script({ user, values: ["stuck", "silent"], faults: faultsOf(lost) })
  const { id } = await api.start(user)
  if (lost.call !== "urls") await api.uploadBoth(id)
  await isStruck(service, user, lost.call)
  return { user, id, lost }
}

const heal = ({ simulator }: ServiceProcess, user: string) =>
  simulator.script({ user, faults: { urls: null, confirm: null, poll: null } })

/** It has ended: from here on it is settled as it is to be, and only then the user's next attempt is free. */
export const settles = async (service: ServiceProcess, { user, id }: Standing, { state, settledBy }: End) => {
  const { api, simulator } = service
  const refusalOf = async (more: Json = {}) => {
    const { status, body } = await api.post(registrationRequest({ partnerUserId: user, ...more }))
    return { status, ...(body as object) }
  }
  const ended = await api.get(id)
  expect({ state: ended.state, verdictPending: ended.verdictPending }).toEqual({
    state,
    verdictPending: settledBy && true
  })
  if (settledBy)
    for (const renew of [false, true])
      expect(await refusalOf({ renew })).toMatchObject({ status: 409, code: "registration_open", state })
  await heal(service, user)
  if (settledBy === "CertificateIssued")
    await simulator.change(String(ended.submissionId), { status: "COMPLETED", result: "VALID" })
  const settled = await api.until(id, ({ verdictPending }) => verdictPending === undefined)
  expect(settled.state).toBe(state)
  expect(settled.certificate !== undefined).toBe(settledBy === "CertificateIssued")

  const [history] = await wholeHistories(service, user, id)
  const types = history.events.map(({ type }) => type)
  expect(types.filter((type) => type === "NotConfirmed" || type === "CertificateIssued")).toEqual(
    settledBy ? [settledBy] : []
  )
  if (settledBy === "CertificateIssued")
    expect(await refusalOf()).toMatchObject({ status: 409, code: "already_issued" })
  expect(await refusalOf({ renew: settledBy === "CertificateIssued" })).toMatchObject({ status: 201, attempt: 2 })
}
