import { spawn } from "node:child_process"
import { randomInt } from "node:crypto"
import { once } from "node:events"
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { describe, expect, it, onTestFinished } from "vitest"
import { live } from "../../src/demo/fates.ts"
import { makePartner } from "../../src/demo/partner.ts"

const root = fileURLToPath(new URL("../../", import.meta.url))
type Ledger = { readonly callbacks: ReadonlyArray<{ readonly status: string; readonly answer: unknown }> }
const main = join(root, "src/demo/main.ts")
const happy = (user: string) => ({ user, story: "" })

/** Looks until a condition holds; the time limit is the test's. */
const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await condition())) await sleep(50)
}

const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "certreg-demo-test-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Starts a program of the demo in a folder; `interrupt` is Ctrl-C, and answers exit code and stderr. */
const begin = (
  program: string,
  args: ReadonlyArray<string>,
  cwd: string,
  env: Readonly<Record<string, string>> = {}
) => {
  const child = spawn(process.execPath, [program, ...args], { cwd, env, stdio: ["ignore", "pipe", "pipe"] })
  onTestFinished(() => void child.kill())
  let [stdout, stderr] = ["", ""]
  child.stdout.on("data", (chunk) => {
    stdout += chunk
  })
  child.stderr.on("data", (chunk) => {
    stderr += chunk
  })
  const ended = once(child, "close").then(([code]) => ({ code, stdout, stderr }))
  const count = (line: RegExp) => stdout.match(new RegExp(line, "gm"))?.length ?? 0
  const says = (line: RegExp, times = 1) => until(() => count(line) >= times)
  const interrupt = () => {
    child.kill("SIGINT")
    return ended
  }
  return { count, says, interrupt, ended, keyShown: () => /KEY=(\S+)/.exec(stdout)?.[1] ?? "" }
}

describe("the demo", () => {
  it("writes images to try things with, each another one", async () => {
    const folder = temporaryFolder()
    const files = ["ktp.png", "selfie.png"].map((name) => join(folder, name))
    const args = files.flatMap((file) => ["--picture", file])
    expect(await begin(main, args, folder).ended).toEqual({ code: 0, stdout: "", stderr: "" })
    const [ktp = "", selfie] = files.map((file) => readFileSync(file, "latin1"))
    expect(ktp).toMatch(/^\x89PNG/)
    expect(ktp).not.toBe(selfie)
  })

  /** Processes that have this text in their environment; where the system tells. */
  const processesOf = (text: string): ReadonlyArray<string> =>
    !existsSync("/proc/self/environ")
      ? []
      : readdirSync("/proc").filter((pid) => {
          try {
            return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, "utf8").includes(text)
          } catch {
            return false
          }
        })

  it("shows registrations of different fates, and leaves nothing behind", async () => {
    const folder = temporaryFolder()
    const { code, stdout, stderr } = await begin(main, [], folder, { TMPDIR: folder }).ended
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
    const told = ["Requested", "UrlsIssued", "ImagesUploaded", "CertificateIssued", "Rejected", "Withdrawn"]
    for (const word of [...told, "issued, certificate"]) expect(stdout).toContain(word)
    expect(readdirSync(folder)).toEqual([])
    expect(processesOf(folder)).toEqual([])
  })

  it("shows what it takes when it is given something else", async () => {
    const { code, stderr } = await begin(main, ["--watch"], root).ended
    expect(code).toBe(2)
    expect(stderr).toContain("--stay")
  })

  it("stays until Ctrl-C when it is told to, whatever is configured where it runs, and cleans up", async () => {
    const folder = temporaryFolder()
    const scratch = join(folder, "scratch")
    mkdirSync(scratch)
    writeFileSync(join(folder, ".env"), `API_CLIENTS_FILE=${folder}/clients.json\nKAFKA_BROKERS=kafka:9092\n`)
    const demo = begin(main, ["--stay"], folder, { TMPDIR: scratch })
    await demo.says(/curl -s/)
    expect(await demo.interrupt()).toMatchObject({ code: 0, stderr: "" })
    expect(readdirSync(scratch)).toEqual([])
    expect(existsSync(join(folder, "clients.json"))).toBe(false)
  })

  it("cleans up when it is interrupted", async () => {
    const scratch = temporaryFolder()
    const demo = begin(main, [], scratch, { TMPDIR: scratch })
    await until(() => readdirSync(scratch).length > 0)
    expect(await demo.interrupt()).toMatchObject({ code: 0, stderr: "" })
    expect(readdirSync(scratch)).toEqual([])
  })
})

describe("the stack for development", () => {
  const copyOfTheTree = () => {
    const folder = temporaryFolder()
    for (const part of ["src", "package.json"]) cpSync(join(root, part), join(folder, part), { recursive: true })
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction")
    return folder
  }
  /** Out of the range from which the system gives free ones: nobody else gets it while a program is started again. */
  const anyPort = () => String(randomInt(20_000, 30_000))

  it("goes on under the same addresses, key and wiring when code changes, and has one client however often it starts", async () => {
    const folder = copyOfTheTree()
    const env = { PORT: anyPort(), SIMULATOR_PORT: anyPort() }
    const [service, simulator] = [env.PORT, env.SIMULATOR_PORT].map((port) => `http://127.0.0.1:${port}`)
    const isReady = () =>
      fetch(`${service}/health/ready`).then(
        ({ ok }) => ok,
        () => false
      )

    const dev = begin(join(folder, "src/demo/dev.ts"), [], folder, env)
    await dev.says(/KEY=/)
    const partner = makePartner(service ?? "", dev.keyShown())
    appendFileSync(join(folder, "src/infrastructure/main.ts"), "\n// changed\n")
    await dev.says(/^service .* listening /, 2)
    await until(isReady)
    expect(await live(partner, happy("between"), 2, () => {})).toMatchObject({ state: "issued" })
    expect(dev.count(/^simulator .* listening /)).toBe(1)

    appendFileSync(join(folder, "src/simulator/main.ts"), "\n// changed\n")
    await dev.says(/^simulator .* listening /, 2)
    const after = await live(partner, happy("after"), 3, () => {})
    expect(after).toMatchObject({ state: "issued" })
    expect(dev.count(/^service .* listening /)).toBe(2)
    await until(async () => {
      const { callbacks } = (await (await fetch(`${simulator}/_control/ledger`)).json()) as Ledger
      return callbacks.some(({ status, answer }) => status === "COMPLETED" && answer === 200)
    })

    expect(await dev.interrupt()).toMatchObject({ code: 0, stderr: "" })
    expect(await isReady()).toBe(false)

    const again = begin(join(folder, "src/demo/dev.ts"), [], folder, env)
    await again.says(/KEY=/)
    expect((await makePartner(service ?? "", again.keyShown()).history(after.id)).length).toBeGreaterThan(0)
    await expect(partner.history(after.id)).rejects.toThrow("401")
    const { clients } = JSON.parse(readFileSync(join(folder, "data/clients.json"), "utf8"))
    expect(clients).toMatchObject([{ id: "dev", keys: [expect.any(String)] }])
    expect(await again.interrupt()).toMatchObject({ code: 0, stderr: "" })
  })

  it("says which variable names another port when one is taken", async () => {
    const taken = createServer().listen(0, "127.0.0.1")
    await once(taken, "listening")
    const { port } = taken.address() as { readonly port: number }
    const folder = temporaryFolder()
    const { ended } = begin(join(root, "src/demo/dev.ts"), [], folder, {
      SIMULATOR_PORT: anyPort(),
      PORT: String(port)
    })
    const { code, stderr } = await ended
    taken.close()
    expect(code).toBe(1)
    expect(stderr).toContain("PORT names another")
    expect(readdirSync(folder)).toEqual([])
  })
})
