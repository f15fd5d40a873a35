import { randomBytes } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { makePartner, type Resource } from "./partner.ts"
import { type Program, run, start } from "./programs.ts"
import { bold, outcome, timeline } from "./timeline.ts"

/** The user ids choose what the simulator does with them: docs/simulator.md. */
const fates = [
  { user: "demo-siti", story: "everything is fine" },
  { user: "demo-budi.sim-rejected-NOT_EKTP", story: "the picture is not of an eKTP" },
  { user: "demo-dewi.sim-silent", story: "no callback ever comes: the service asks" },
  {
    user: "demo-agus.sim-confirm-drop-after",
    story: "the answer to the confirmation is lost: settled by asking, not by sending again"
  },
  { user: "demo-rina.sim-failed-DUKCAPIL_SYSTEM_ERROR", story: "the civil registry is down" },
  { user: "demo-joko", story: "changes his mind", withdraws: true }
]

const stay = process.argv.includes("--stay")
const watch = process.argv.includes("--watch")
const dir = watch ? "data" : mkdtempSync(join(tmpdir(), "certreg-demo-"))
const running: Array<Program> = []

const cleanUp = async () => {
  await Promise.all(running.map(({ stop }) => stop()))
  if (!watch) rmSync(dir, { recursive: true, force: true })
}

const say = (text: string) => console.log(text)

const startBoth = async () => {
  const secret = randomBytes(16).toString("hex")
  const credentials = { id: crypto.randomUUID(), pass: crypto.randomUUID() }
  const simulator = await start("simulator/main.ts", {
    args: [
      "--port=0",
      `--client-id=${credentials.id}`,
      `--pass-key=${credentials.pass}`,
      `--callback-auth=bearer ${secret}`,
      "--verify-ms=600",
      "--issue-ms=600"
    ],
    watch
  })
  running.push(simulator)
  const key = await run("infrastructure/certreg.ts", {
    args: ["client", "add", watch ? `dev-${Date.now()}` : "demo", "--scopes", "registrations:write"],
    env: { DATA_DIR: dir }
  })
  const service = await start(
    "infrastructure/main.ts",
    {
      env: {
        PORT: "0",
        DATA_DIR: dir,
        ESIGN_ENVIRONMENT: "custom",
        ESIGN_BASE_URL: simulator.listening.url,
        ESIGN_TOKEN_BASE_URL: simulator.listening.url,
        ESIGN_STORAGE_HOSTS: `${simulator.listening.host}:${simulator.listening.port}`,
        ESIGN_CLIENT_ID: credentials.id,
        ESIGN_PASS_KEY: credentials.pass,
        ESIGN_ONBOARDING_PARTNER: "CLIENT_X-BE-CERT_REG",
        ESIGN_CALLBACK_AUTH: `bearer ${secret}`,
        PARTNER_USER_ID_TYPE: "DEMO_USER_ID",
        VERDICT_POLL_AFTER: "2 seconds",
        VERDICT_POLL_MAX: "10 seconds",
        SWEEP_INTERVAL: "1 second",
        LOG_LEVEL: "info"
      },
      watch
    },
    watch ? say : undefined
  )
  running.push(service)
  await fetch(`${simulator.listening.url}/_control/script`, {
    method: "POST",
    body: JSON.stringify({ settings: { callbackUrl: `${service.listening.url}/v1/esign/callback` } })
  })
  return { service: service.listening.url, simulator: simulator.listening.url, key }
}

const live = async (partner: ReturnType<typeof makePartner>, n: number): Promise<Resource> => {
  const { user, withdraws } = fates[n] ?? { user: "demo" }
  const name = (user.split(".")[0] ?? user).padEnd(10)
  const { id } = await partner.request(user, n)
  const ended = partner.follow(id, (now) => say(`  ${name} ${outcome(now)}`))
  await partner.get(id, 20)
  if (withdraws) await partner.withdraw(id)
  else await Promise.all([partner.upload(id, "ktp", 2 * n + 1), partner.upload(id, "selfie", 2 * n + 2)])
  return ended
}

const main = async () => {
  const { service, simulator, key } = await startBoth()
  say(bold(`\nThe service listens on ${service}, the platform simulator on ${simulator}.`))
  if (!watch) {
    const partner = makePartner(service, key)
    say(`\n${fates.length} registrations, all at once:\n`)
    const ended = await Promise.all(fates.map((_, n) => live(partner, n)))
    for (const [n, resource] of ended.entries()) {
      say(`\n${bold(fates[n]?.user ?? "")}: ${fates[n]?.story} → ${bold(outcome(resource))}\n`)
      say(timeline(await partner.history(resource.id)))
    }
  }
  if (!stay) {
    say(
      "\nWhat next: npm run demo -- --stay keeps both running to try things by curl; README.md shows a first registration.\n"
    )
    return
  }
  say(`\nBoth keep running until Ctrl-C. A key to call the service with:\n\n  ${key}\n`)
  say(`  curl -s ${service}/health/ready`)
  say(`  curl -s ${simulator}/_control/ledger\n`)
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve())
  })
}

try {
  await main()
} finally {
  await cleanUp()
}
