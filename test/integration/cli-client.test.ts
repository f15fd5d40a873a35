import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { runNode } from "../support/run-node.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const program = import.meta.resolve("../../src/infrastructure/certreg.ts")

/** `certreg` in a folder, which has the data as `data` unless the environment says otherwise. */
const certreg = (folder: string, args: string, env: Readonly<Record<string, string>> = {}) =>
  runNode(
    program,
    args.split(" ").filter((arg) => arg !== ""),
    env,
    folder
  )

const listOf = async (folder: string) => (await certreg(folder, "client list")).stdout.split("\n").filter(Boolean)

describe("certreg client", () => {
  it("prints a new key alone, once", async () => {
    const folder = temporaryFolder()
    const { code, stdout, stderr } = await certreg(folder, "client add acme --scopes registrations:read,events:read")
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
    expect(stdout).toMatch(/^crk_acme_[A-Za-z0-9_-]{43}\n$/)
    expect(statSync(join(folder, "data")).mode & 0o777).toBe(0o700)
    expect(await listOf(folder)).toEqual(["acme\ttenant acme\tregistrations:read,events:read"])
  })

  it("puts clients into one tenant", async () => {
    const folder = temporaryFolder()
    await certreg(folder, "client add one --scopes events:read --tenant shared-t")
    await certreg(folder, "client add two --scopes=events:read --scopes audit:read --tenant shared-t")
    expect(await listOf(folder)).toEqual([
      "one\ttenant shared-t\tevents:read",
      "two\ttenant shared-t\tevents:read,audit:read"
    ])
  })

  it("rotates a key and removes a client", async () => {
    const folder = temporaryFolder()
    const first = await certreg(folder, "client add acme --scopes events:read")
    const second = await certreg(folder, "client rotate acme")
    expect(second.stdout).toMatch(/^crk_acme_\S{43}\n$/)
    expect(second.stdout).not.toBe(first.stdout)
    expect((await certreg(folder, "client rotate acme")).code).toBe(2)
    expect(await listOf(folder)).toEqual(["acme\ttenant acme\tevents:read\ttwo keys"])
    expect(await certreg(folder, "client rotate acme --finish")).toEqual({ code: 0, stdout: "", stderr: "" })
    expect(await certreg(folder, "client remove acme")).toEqual({ code: 0, stdout: "", stderr: "" })
    expect(await listOf(folder)).toEqual([])
  })

  it("refuses what it cannot do, with a message, and changes nothing", async () => {
    const folder = temporaryFolder()
    await certreg(folder, "client add acme --scopes events:read")
    const before = readFileSync(join(folder, "data", "clients.json"), "utf8")
    const refused = [
      "",
      "nonsense",
      "client frobnicate",
      "client add acme --scopes events:read",
      "client add new --scopes everything:always",
      "client add bad! --scopes events:read",
      "client remove nobody"
    ]
    for (const args of refused) {
      const { code, stdout, stderr } = await certreg(folder, args)
      expect({ code, stdout }, args).toEqual({ code: 2, stdout: "" })
      expect(stderr, args).not.toBe("")
    }
    expect(readFileSync(join(folder, "data", "clients.json"), "utf8")).toBe(before)
  })

  it("finds its file where the service does", async () => {
    const folder = temporaryFolder()
    const add = (id: string, env: Readonly<Record<string, string>>) =>
      certreg(folder, `client add ${id} --scopes events:read`, env)
    writeFileSync(join(folder, ".env"), "DATA_DIR=from-file\nPORT=wrong\n")
    await add("a", {})
    await add("b", { DATA_DIR: "own" })
    await add("c", { DATA_DIR: "own", API_CLIENTS_FILE: "elsewhere/who.json" })
    expect(existsSync(join(folder, "from-file", "clients.json"))).toBe(true)
    expect(readFileSync(join(folder, "own", "clients.json"), "utf8")).not.toContain('"c"')
    expect(readFileSync(join(folder, "elsewhere", "who.json"), "utf8")).toContain('"c"')
  })

  it("says what is in the way when the file cannot be changed", async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, "file"), "")
    const blocked = await certreg(folder, "client add acme --scopes events:read", { DATA_DIR: "file/inside" })
    expect(blocked).toMatchObject({ code: 1, stdout: "" })
    expect(blocked.stderr).toMatch(/\(E[A-Z]+\)/)
    writeFileSync(join(folder, "broken.json"), "{")
    expect((await certreg(folder, "client list", { API_CLIENTS_FILE: "broken.json" })).code).toBe(1)
  })

  it("loses none of several changes at once", async () => {
    const folder = temporaryFolder()
    const ids = Array.from({ length: 6 }, (_, index) => `client-${index}`)
    const added = await Promise.all(ids.map((id) => certreg(folder, `client add ${id} --scopes events:read`)))
    expect(added.map(({ code }) => code)).toEqual(ids.map(() => 0))
    expect((await listOf(folder)).map((line) => line.split("\t")[0]).toSorted()).toEqual(ids)
  })

  it("lets one of several win that add the same client", async () => {
    const folder = temporaryFolder()
    const added = await Promise.all(
      Array.from({ length: 4 }, () => certreg(folder, "client add acme --scopes events:read"))
    )
    expect(added.map(({ code }) => code).toSorted()).toEqual([0, 2, 2, 2])
  })

  it("explains itself", async () => {
    const { code, stdout } = await certreg(temporaryFolder(), "--help")
    expect(code).toBe(0)
    expect(stdout).toContain("certreg client add")
  })
})
