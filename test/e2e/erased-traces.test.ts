import { afterAll, expect, it } from "vitest"
import { type HistoryEvent, usersOf } from "../support/api.ts"
import { consent, person, personalSecrets } from "../support/canary.ts"
import { eventually } from "../support/eventually.ts"
import { writtenBy } from "../support/log-bytes.ts"
import { registrationRequest } from "../support/registration-request.ts"
import { startService } from "../support/service.ts"
import { tracesOf } from "../support/traces.ts"
import { openedBy, sealedIn, type VaultKey, vaultKeys } from "../support/vault-keys.ts"

const { email, nik, phoneNumber } = person
const secrets: Record<string, string> = {
  ...personalSecrets,
  "e-mail in capitals": email.address.toUpperCase(),
  "name of the e-mail": email.address.split("@")[0] ?? "",
  "name in small letters": person.name.toLowerCase(),
  "nik in groups": nik.replace(/(\d{4})(?=\d)/g, "$1 "),
  "phone with plus": `+62${phoneNumber.number.replace(/\D/g, "").slice(2)}`,
  "phone with hyphens": phoneNumber.number.split(" ").at(-1) ?? "",
  "idempotency key": `${nik}-again`
}

const service = await startService()
afterAll(() => service.close())
const { api, dataDir } = service
const eraser = await service.client("eraser", { scopes: "personal-data:erase", tenant: "north" })
const userWith = usersOf("traces")

const request = (user: string, fields: object) =>
  api.post({ ...registrationRequest({ partnerUserId: user }), ...fields }, { "idempotency-key": `${nik}-again` })
const hers = { applicant: person, consents: [consent] }
const toldOf = async (ids: ReadonlyArray<string>): Promise<Record<string, string>> => ({
  histories: (await Promise.all(ids.map((id) => textOf(`/v1/registrations/${id}/events`)))).join(),
  feed: await textOf("/v1/feed?limit=1000"),
  metrics: await textOf("/metrics")
})
const textOf = async (path: string) => (await api.send("GET", path)).text

it("after an erasure nothing of the person can be read anywhere, not even with the master key", async () => {
  const [issued, open, other] = await Promise.all(
    [hers, hers, {}].map(async (fields) => (await request(userWith(), fields)).body.id)
  )
  if (!issued || !open || !other) throw new Error("nothing was requested")
  await api.uploadBoth(issued)
  await Promise.all([
    api.until(issued, "issued"),
    api.until(open, "awaiting_images"),
    api.until(other, "awaiting_images")
  ])
  const histories = new Map<string, ReadonlyArray<HistoryEvent>>()
  const readHistories = async () => {
    for (const id of [issued, open, other]) histories.set(id, (await api.history(id)).events)
  }
  await readHistories()
  const opens = (keys: ReadonlyArray<VaultKey>) =>
    [issued, open, other].map((id) => openedBy(keys, histories.get(id) ?? []))
  const sealed = ["Requested.personal", "UrlsIssued.urls"]
  const before = vaultKeys(dataDir)
  expect(opens(before)).toEqual([sealed, sealed, sealed])

  const keyOf = (id: string) => sealedIn(histories.get(id) ?? [])[0]?.sealed.keyId
  const secretsOf = (ids: ReadonlyArray<string>): Record<string, string | Uint8Array> =>
    Object.fromEntries(
      before
        .filter(({ id }) => ids.some((one) => keyOf(one) === id))
        .flatMap(({ id, wrapped, key = Buffer.alloc(32) }) => [
          [`the wrapped key ${id}`, wrapped],
          [`the bytes of the wrapped key ${id}`, Buffer.from(wrapped, "base64")],
          [`the key ${id}`, key]
        ])
    )

  const answers = await Promise.all(
    [issued, open].map((id) => eraser.send<{ erasure: object }>("DELETE", `/v1/registrations/${id}/personal-data`))
  )
  expect(answers.map(({ status }) => status)).toEqual([200, 200])
  // What was answered holds at once, whatever becomes of the process.
  await service.kill("SIGKILL")
  const { places } = await writtenBy(service)
  expect(Object.keys(places)).toEqual(expect.arrayContaining(["log.db", "vault.db", "views-1.db", "its output"]))
  const erased = { ...secrets, ...secretsOf([issued, open]) }
  expect(tracesOf(erased, places)).toEqual([])
  // It finds what is there.
  expect(tracesOf(secretsOf([other]), places).join()).toMatch(/wrapped key \S+ in vault\.db/)

  await service.start()
  const receipts = await Promise.all([issued, open].map((id) => textOf(`/v1/registrations/${id}`)))
  expect(receipts.map((text) => JSON.parse(text).erasure)).toEqual(answers.map(({ body }) => body.erasure))
  await readHistories()
  const list = await eventually("both to be listed as erased", async () => {
    const text = await textOf("/v1/registrations?limit=200")
    return text.split('"personalData":"erased"').length === 3 && text
  })
  const told = { receipts: receipts.join(), list, ...(await toldOf([issued, open])) }
  await service.kill("SIGTERM")
  const answered = Object.entries(told).map(([name, text]) => [name, Buffer.from(text)] as const)
  expect(tracesOf(erased, { ...(await writtenBy(service)).places, ...Object.fromEntries(answered) })).toEqual([])
  // Neither under its own name nor under another's.
  const left = vaultKeys(dataDir)
  expect(opens(left)).toEqual([[], [], sealed])
  for (const { id, key } of left) expect([id, key === undefined]).toEqual([id, id !== keyOf(other)])
})
