import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, expect, it } from "vitest"
import { type Resource, usersOf } from "../support/api.ts"
import { eventually } from "../support/eventually.ts"
import { checkHistory } from "../support/history.ts"
import { backUp, putBack } from "../support/put-back.ts"
import { startService } from "../support/service.ts"
import { type Erasure, isSigned } from "../support/signed-receipt.ts"
import { vaultKeys } from "../support/vault-keys.ts"

const service = await startService()
afterAll(() => service.close())
const { api, dataDir } = service
const backup = join(service.tempDir, "backup")
const eraser = await service.client("eraser", { scopes: "personal-data:erase", tenant: "north" })
const userWith = usersOf("survives")

const erase = (id: string) => eraser.send<Resource>("DELETE", `/v1/registrations/${id}/personal-data`)
const get = (id: string) => api.get(id) as Promise<Resource>
const receiptOf = (id: string) => eventually(`the receipt of ${id}`, async () => (await get(id)).erasure)
const rounds = 2
/** Asked for one after the other: when the process dies some are done, some are on their way, and some have not begun. */
const each = 12

const start = async (user = userWith()) => (await api.start(user)).id
/** Requested after the backup. */
let later = ""
const ids = await Promise.all(Array.from({ length: rounds * each }, () => start()))
const others = await Promise.all([start(), start()])
await service.kill("SIGTERM")
backUp(dataDir, backup)

/** Of what was erased whose key the backup has. */
const receipts = new Map<string, Erasure>()

it("an erasure that the process died of is whole, or was never asked for", async () => {
  await service.start()
  for (let n = 0; n < rounds; n++) {
    const some = ids.slice(each * n, each * (n + 1))
    const asked: Array<Promise<Erasure | undefined>> = []
    for (const id of some) {
      asked.push(
        erase(id).then(
          ({ body }) => body.erasure,
          () => undefined
        )
      )
      await sleep(2)
    }
    if (n === 0) await Promise.race(asked)
    await service.kill("SIGKILL")
    const answered = await Promise.all(asked)
    await service.start()
    for (const [i, id] of some.entries()) {
      const { events } = await api.history(id)
      const isThere = events.some(({ type }) => type === "PersonalDataErased")
      if (answered[i]) expect(isThere).toBe(true)
      // The key of one that is in the log goes by itself.
      const receipt = isThere ? await receiptOf(id) : (await erase(id)).body.erasure
      if (!receipt) throw new Error(`there is no receipt of ${id}`)
      if (answered[i]) expect(receipt).toEqual(answered[i])
      expect(isSigned(receipt)).toBe(true)
      receipts.set(id, receipt)
    }
  }
  for (const id of ids) {
    const history = await api.history(id)
    checkHistory(history)
    expect(history.events.map(({ type }) => type).slice(-2)).toEqual(["Withdrawn", "PersonalDataErased"])
    expect((await get(id)).erasure).toEqual(receipts.get(id))
  }
})

it("ERASE_AFTER erases what ended, also before it was set, and nothing that is open", async () => {
  const [ended, open] = others
  if (!ended || !open) throw new Error("there are two")
  await api.withdraw(ended)
  await service.kill("SIGTERM")
  await service.start({ ERASE_AFTER: "1 second" })
  later = await start()
  const issued = await api.register(userWith())
  for (const id of [ended, issued]) {
    const receipt = await receiptOf(id)
    if (id === ended) receipts.set(id, receipt)
    expect(receipt.erasedBy).toBe("process")
    expect(isSigned(receipt)).toBe(true)
    const history = await api.history(id)
    checkHistory(history)
    expect(history.events.at(-1)).toMatchObject({ type: "PersonalDataErased", actor: { kind: "process" } })
  }
  expect((await get(issued)).state).toBe("issued")
  for (const id of [open, later]) expect(await get(id)).toMatchObject({ personalData: "sealed" })
})

it("a vault that is put back from before destroys the same keys again, with the same receipts", async () => {
  await service.kill("SIGTERM")
  const keysLeft = () => vaultKeys(dataDir).filter(({ key }) => key !== undefined).length
  expect(keysLeft()).toBe(2)
  putBack(backup, dataDir, "vault.db")
  expect(keysLeft()).toBe(ids.length + others.length)
  // It does not do so unnoticed.
  await expect(service.start()).rejects.toThrow(/The vault \(vault\.db\) is older than the log/)
  await service.start({}, ["--after-restore"])
  for (const [id, receipt] of receipts) expect(await receiptOf(id)).toEqual(receipt)
  // A key that is not there, and that nobody destroyed, is no erasure until somebody asks for it.
  const missing = await get(later)
  expect(missing).toMatchObject({ personalData: "sealed", attention: { reason: "key_missing" } })
  expect(missing).not.toHaveProperty("erasure")
  const { erasure } = (await erase(later)).body
  expect(erasure).toMatchObject({ erasedBy: "eraser" })
  expect(erasure).not.toHaveProperty("keyFingerprint")
  await service.kill("SIGTERM")
  expect(keysLeft()).toBe(1)
})
