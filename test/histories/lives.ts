import { join } from "node:path"
import type { Resource } from "../support/api.ts"
import { deleteViews } from "../support/delete-views.ts"
import { eventually } from "../support/eventually.ts"
import { jpeg } from "../support/images.ts"
import { backUp, cutStreams, putBack } from "../support/put-back.ts"
import type { ServiceProcess } from "../support/service.ts"

/** Ids by the name of what they went through. */
export type Found = Readonly<Record<string, ReadonlyArray<string>>>
type Users = (values?: string) => string

const isOver = ({ state }: Resource) => ["issued", "rejected", "failed", "withdrawn", "expired"].includes(state)

/** A process that dies in the middle of a call, and one that takes its claim over; an upload that nobody finished. */
export const takenOver = async (service: ServiceProcess, user: Users): Promise<Found> => {
  const { api } = service
  const names = [user("urls-hang-after"), user("confirm-hang-after silent")] as const
  await service.kill()
  await service.start({ ESIGN_TIMEOUT: "10 minutes" })
  const [urls, confirm] = await Promise.all(names.map(async (name) => (await api.start(name)).id))
  const confirming = api.uploadBoth(confirm ?? "")
  await eventually("the call for URLs", async () => (await service.callsOf(names[0], "urls")).length > 0)
  await confirming
  await eventually("the confirmation", async () => (await service.callsOf(names[1], "confirm")).length > 0)
  await service.kill()
  await service.start()
  const ids = [urls ?? "", confirm ?? ""]
  await api.uploadBoth(urls ?? "")
  for (const id of ids) await api.until(id, "issued")
  return { "claims-taken-over": ids }
}

/** Outages that are given up, hosts that nothing is sent to, and images that never came. */
export const otherConfigurations = async (service: ServiceProcess, user: Users): Promise<Found> => {
  const { api } = service
  await service.kill()
  await service.start({ GIVE_UP_AFTER: "3 seconds" })
  const unreachable = await api.start(user("urls-500-always"))
  const confirming = await api.start(user("confirm-drop-always"))
  await api.uploadBoth(confirming.id)
  for (const { id } of [unreachable, confirming]) await api.until(id, "failed")

  await service.kill()
  await service.start({ ESIGN_STORAGE_HOSTS: "storage.invalid" })
  const elsewhere = await api.start(user())
  await api.until(elsewhere.id, "failed")

  await service.kill()
  await service.start()
  const spent = await api.start(user("urls-500-x2"))
  const half = await api.start(user())
  await api.until(half.id, "awaiting_images")
  await api.put(half.id, "selfie", jpeg())
  await api.until(spent.id, "awaiting_images")
  await service.kill()
  deleteViews(service.dataDir)
  await service.start({ UPLOAD_WINDOW: "2 seconds" })
  for (const { id } of [spent, half]) await api.until(id, "expired")
  await service.kill()
  deleteViews(service.dataDir)
  await service.start()
  return {
    "failed-platform-unreachable": [unreachable.id, confirming.id],
    "failed-storage-host-not-allowed": [elsewhere.id],
    expired: [spent.id, half.id]
  }
}

/** One submission after the other whose URLs ran out, until nobody opens further ones. */
export const urlsRunOut = async (service: ServiceProcess, user: Users): Promise<Found> => {
  const { api, simulator } = service
  const { id } = await api.start(user())
  const urlTtl = (seconds: number) => simulator.script({ settings: { urlTtl: seconds } })
  await urlTtl(0)
  const { id: never } = await api.start(user())
  await api.until(never, "awaiting_images")
  await eventually("no more of them", async () => {
    await api.put(never, "ktp", jpeg())
    return "attention" in (await api.get(never))
  })
  await urlTtl(432_000)
  await api.uploadBoth(id)
  await api.until(id, "issued")
  return { "urls-ran-out-again-and-again": [never] }
}

/** What the log has forgotten, and the platform has not. */
export const putBackLog = async (service: ServiceProcess, user: Users): Promise<Found> => {
  const { api, dataDir } = service
  const lengths = new Map<string, number>()
  const stages = ["Requested", "UrlsIssued", "ImagesUploaded"]
  const ids = await Promise.all(
    stages.map(async (stage) => {
      const id = await api.register(user())
      await api.until(id, "issued")
      const { events } = await api.history(id)
      lengths.set(id, events.findIndex(({ type }) => type === stage) + 1)
      return id
    })
  )
  const { id: waiting } = await api.start(user())
  await api.until(waiting, "awaiting_images")
  lengths.set(waiting, 1)
  await service.kill("SIGTERM")
  const backup = join(service.tempDir, "backup")
  backUp(dataDir, backup)
  cutStreams(backup, lengths)
  putBack(backup, dataDir, "log.db")
  await service.start({}, ["--after-restore"])
  await api.uploadBoth(waiting)
  await api.until(waiting, "issued")
  for (const id of ids) await api.until(id, (now) => isOver(now) || "attention" in now)
  return { "log-put-back": [...ids, waiting] }
}
