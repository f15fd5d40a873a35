import type { Resource } from "../support/api.ts"
import { directWay, factsOf } from "../support/direct-upload.ts"
import { eventually } from "../support/eventually.ts"
import { jpeg } from "../support/images.ts"
import type { ServiceProcess } from "../support/service.ts"

/** What one user wants; answers the ids of its registrations once nothing more is to come. */
export type Scenario = (service: ServiceProcess, user: (values?: string) => string) => Promise<ReadonlyArray<string>>

const settled = ({ verdictPending }: Resource) => verdictPending === undefined

/** All of it over the service, to an end. */
const through =
  (values: string, ...ends: ReadonlyArray<Resource["state"]>): Scenario =>
  async ({ api }, user) => {
    const name = user(values)
    const ids: Array<string> = []
    for (const end of ends) {
      const { id } = await api.start(name)
      await api.uploadBoth(id)
      await api.until(id, end)
      ids.push(id)
    }
    return ids
  }

const withdrawnAfter =
  (values: string, state: Resource["state"], isOver: (now: Resource) => boolean): Scenario =>
  async ({ api }, user) => {
    const { id } = await api.start(user(values))
    if (state !== "requested") await api.uploadBoth(id)
    await api.until(id, state)
    await api.withdraw(id)
    await api.until(id, isOver)
    return [id]
  }

const direct: Scenario = async ({ api }, user) => {
  const way = directWay(api)
  const { id } = await api.start(user())
  const { body } = await way.urls(id)
  const images = { ktp: jpeg(), selfie: jpeg() }
  await way.put(body.documents.ktp.url, images.ktp)
  await way.put(body.documents.selfie.url, images.selfie)
  await way.say(id, { ktp: factsOf(images.ktp), selfie: factsOf(images.selfie) })
  await api.until(id, "issued")
  return [id]
}

/** Withdrawn while it is not known whether a confirmation had an effect; it had none. */
const notConfirmed: Scenario = async (service, user) => {
  const { api } = service
  const name = user("confirm-drop-always unconfirmed-404")
  const { id } = await api.start(name)
  await api.uploadBoth(id)
  await eventually("the call", async () => (await service.callsOf(name, "confirm")).length > 0)
  await api.withdraw(id)
  await api.until(id, settled)
  return [id]
}

const withLabels: Scenario = async ({ api }, user) => {
  const { id } = await api.start(user(), { labels: { branch: "Jakarta Selatan", "case-id": "42" } })
  await api.uploadBoth(id)
  await api.until(id, "issued")
  return [id]
}

const hidden: Scenario = async ({ api }, user) => {
  const { id } = await api.start(user("superseded silent"))
  await api.uploadBoth(id)
  await api.until(id, (now) => "attention" in now)
  return [id]
}

const erase = async ({ api }: ServiceProcess, id: string) => {
  await api.send("DELETE", `/v1/registrations/${id}/personal-data`)
  await api.until(id, (now) => Object(now).personalData === "erased")
}
const hold = ({ api }: ServiceProcess, id: string, until: string) =>
  api.send("PUT", `/v1/registrations/${id}/hold`, { json: { reason: "court order", until } })

const erasedWhileOpen: Scenario = async (service, user) => {
  const { id } = await service.api.start(user())
  await service.api.until(id, "awaiting_images")
  await erase(service, id)
  return [id]
}
const erasedAfterEnd: Scenario = async (service, user) => {
  const [id = ""] = await through("", "issued")(service, user)
  await erase(service, id)
  return [id]
}
const held: Scenario = async (service, user) => {
  const { id } = await service.api.start(user())
  await hold(service, id, "2099-01-01T00:00:00Z")
  await hold(service, id, "2098-01-01T00:00:00Z")
  await service.api.uploadBoth(id)
  await service.api.until(id, "issued")
  return [id]
}
/** Asked for during a hold that the clock ends. */
const erasedAfterHold: Scenario = async (service, user) => {
  const { id } = await service.api.start(user())
  await hold(service, id, new Date(Date.now() + 3000).toISOString())
  await erase(service, id)
  return [id]
}
const holdEnded: Scenario = async (service, user) => {
  const [id = ""] = await through("", "issued")(service, user)
  await hold(service, id, "2099-01-01T00:00:00Z")
  await service.api.send("DELETE", `/v1/registrations/${id}/hold`)
  return [id]
}

/** What a service does whose configuration and whose life are as always. */
export const usual: Readonly<Record<string, Scenario>> = {
  issued: through("", "issued"),
  "issued-with-labels": withLabels,
  "issued-directly": direct,
  "issued-without-callbacks": through("silent", "issued"),
  "issued-callbacks-twice-and-out-of-order": through("duplicate reorder", "issued"),
  "issued-without-a-first-word": through("no-partial", "issued"),
  "issued-after-lost-answers": through("urls-drop-after ktp-500 confirm-500-after silent", "issued"),
  "issued-while-polls-lag": through("silent confirm-lag", "issued"),
  "issued-after-urls-ran-out": through("gone-urls", "issued"),
  "issued-in-other-spelling": through("mixed-case null-fields upper-ids", "issued"),
  "rejected-twice": through("rejected-NOT_EKTP", "rejected", "rejected"),
  "rejected-by-the-registry": through("mismatch-name", "rejected"),
  "rejected-after-it-was-verified": through("partial-first mismatch-face", "rejected"),
  "rejected-without-a-reason": through("rejected", "rejected"),
  "failed-by-verdict": through("failed-SYSTEM_ERROR", "failed"),
  "failed-by-verdict-after-it-was-verified": through("partial-first failed-DUKCAPIL_SYSTEM_ERROR", "failed"),
  "failed-confirmation-refused": through("confirm-400-always", "failed"),
  "verified-and-no-more": through("partial-only", "identity_verified"),
  "withdrawn-before-urls": withdrawnAfter("urls-500-always", "requested", settled),
  "withdrawn-and-issued-after": withdrawnAfter("silent", "awaiting_verdict", ({ certificate }) => !!certificate),
  "withdrawn-and-rejected-after": withdrawnAfter(
    "silent rejected-FRAUD_REJECT",
    "awaiting_verdict",
    ({ rejection }) => !!rejection
  ),
  "withdrawn-and-failed-after": withdrawnAfter("silent failed-SYSTEM_ERROR", "awaiting_verdict", settled),
  "withdrawn-and-no-verdict": withdrawnAfter("stuck silent", "awaiting_verdict", ({ state }) => state === "withdrawn"),
  "withdrawn-and-never-confirmed": notConfirmed,
  "another-submission-hides-it": hidden,
  "erased-while-open": erasedWhileOpen,
  "erased-after-the-end": erasedAfterEnd,
  "erased-after-a-hold": erasedAfterHold,
  "on-hold": held,
  "hold-ended": holdEnded
}
