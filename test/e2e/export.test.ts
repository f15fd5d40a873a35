import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, expect, it } from "vitest"
import { isEnd, usersOf } from "../support/api.ts"
import { inPython, noPython } from "../support/export-readers.ts"
import { runNode } from "../support/run-node.ts"
import { startService } from "../support/service.ts"

const service = await startService()
afterAll(() => service.close())
const { api, tempDir } = service
const userWith = usersOf("exported")
const certreg = (...args: ReadonlyArray<string>) => runNode("src/infrastructure/certreg.ts", args, service.env, tempDir)
const inScript = (...args: ReadonlyArray<string>) => runNode("docs/verify-export.mjs", args, {}, tempDir)
const proven = (count: number, id: string) =>
  `Proven: ${count} events of registration ${id}, vouched for by the given key.\n`

const keyOf = async (name: string): Promise<string> => {
  const { body } = await api.send("GET", "/v1/checkpoint")
  writeFileSync(join(tempDir, name), String(body["publicKey"]))
  return name
}

it("an auditor verifies what happened to a registration, offline", async () => {
  const id = await api.register(userWith())
  await api.until(id, isEnd)
  // Nothing of it is covered before a minute is over: the service is asked to sign.
  expect(await certreg("export", id, "--output", "one.json")).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Exported: \d+ events of registration \S+, all of them proven\.\n$/)
  })
  const key = await keyOf("key.txt")
  const { events } = await api.history(id)
  const file = JSON.parse(readFileSync(join(tempDir, "one.json"), "utf8"))
  expect(file.events.map(({ event, hash }: { event: object; hash: string }) => ({ ...event, hash }))).toEqual(events)

  const said = { code: 0, stdout: proven(events.length, id) }
  expect(
    await runNode("src/infrastructure/certreg.ts", ["verify-export", "one.json", "--key", key], {}, tempDir)
  ).toMatchObject(said)
  expect(await inScript("one.json", "--key", key)).toMatchObject(said)
  expect(await inScript("one.json")).toMatchObject({ code: 2, stderr: expect.stringContaining("signer unknown") })
  if (noPython === undefined)
    expect(await inPython([[join(tempDir, "one.json"), "--key", join(tempDir, key)]])).toEqual([
      [0, said.stdout.trim()]
    ])
  else console.log(noPython)

  // On stdout it is the same file, but for what was signed meanwhile.
  expect((await certreg("export", id.toUpperCase())).stdout).toBe(readFileSync(join(tempDir, "one.json"), "utf8"))
})

it("what was erased is proven all the same, and what nobody signed is exported without a proof", async () => {
  const [erased, open] = [await api.register(userWith()), await api.register(userWith())]
  await Promise.all([erased, open].map((id) => api.until(id, isEnd)))
  const eraser = await service.client("eraser", { scopes: "personal-data:erase", tenant: "north" })
  expect((await eraser.send("DELETE", `/v1/registrations/${erased}/personal-data`)).status).toBe(200)
  expect(await certreg("export", erased, "--output", "erased.json")).toMatchObject({ code: 0, stderr: "" })
  const types = JSON.parse(readFileSync(join(tempDir, "erased.json"), "utf8")).events.map(
    ({ event }: { event: { type: string } }) => event.type
  )
  expect(types.at(-1)).toBe("PersonalDataErased")
  expect((await inScript("erased.json", "--key", await keyOf("key.txt"))).code).toBe(0)

  const { id } = await api.start(userWith())
  await service.kill()
  expect(await certreg("export", id, "--output", "open.json")).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^Exported, but not everything is proven: no checkpoint covers revision 0 /)
  })
  expect(await inScript("open.json", "--key", "key.txt")).toMatchObject({
    code: 2,
    stderr: "Not everything is proven: no checkpoint covers revision 0 and what follows.\n"
  })
  // What was signed is exported without anybody to sign.
  expect(await certreg("export", open, "--output", "later.json")).toMatchObject({ code: 0 })
  expect((await inScript("later.json", "--key", "key.txt")).code).toBe(0)
})
