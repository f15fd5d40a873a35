import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { fates, live } from "./fates.ts"
import { byHand, type Stack, whatNext } from "./hints.ts"
import { bold } from "./paint.ts"
import { makePartner } from "./partner.ts"
import { picture } from "./picture.ts"
import { start, stopAll, untilAsked } from "./programs.ts"
import { outcome, timeline } from "./timeline.ts"
import { callbackUrlOf, newClient, serviceEnv, simulatorEnv } from "./wiring.ts"

const usage = `npm run demo                     a few registrations of different fates, and their timelines
npm run demo -- --stay           the same; simulator and service keep running until Ctrl-C
npm run demo -- --picture FILE   nothing but a new image (PNG) in this file; more than one may be named`

const say = (text: string) => console.log(text)

const readFlags = () => {
  try {
    return parseArgs({ options: { stay: { type: "boolean" }, picture: { type: "string", multiple: true } } }).values
  } catch {
    console.error(usage)
    return process.exit(2)
  }
}

/** Takes free ports: the simulator learns where callbacks go once the service has its own. */
const startBoth = async (dir: string): Promise<Stack> => {
  const simulator = await start("simulator/main.ts", { env: simulatorEnv(0), cwd: dir })
  const key = await newClient(dir, "demo")
  const service = await start("infrastructure/main.ts", { env: serviceEnv(0, dir, simulator.listening), cwd: dir })
  await fetch(`${simulator.listening.url}/_control/script`, {
    method: "POST",
    body: JSON.stringify({ settings: { callbackUrl: callbackUrlOf(service.listening.url) } })
  })
  return { service: service.listening.url, simulator: simulator.listening.url, key }
}

/** Answers the id of the first registration. */
const show = async ({ service, simulator, key }: Stack): Promise<string | undefined> => {
  const partner = makePartner(service, key)
  say(bold(`\nThe service listens on ${service}, the platform simulator on ${simulator}.`))
  say(`\n${fates.length} registrations, all at once:\n`)
  const ended = await Promise.all(
    fates.map((fate, n) =>
      live(partner, fate, n, (now) => say(`  ${(fate.user.split(".")[0] ?? "").padEnd(10)} ${outcome(now)}`))
    )
  )
  for (const [n, resource] of ended.entries()) {
    say(`\n${bold(fates[n]?.user ?? "")}: ${fates[n]?.story} → ${bold(outcome(resource))}\n`)
    say(timeline(await partner.history(resource.id)))
  }
  return ended[0]?.id
}

const demo = async (dir: string, stays: boolean, asked: Promise<void>) => {
  const stack = await startBoth(dir)
  const id = await show(stack)
  if (!stays) return say(whatNext)
  say(`\n${bold("Both keep running until Ctrl-C.")}\n${byHand(stack, id)}`)
  await asked
}

const { stay = false, picture: files } = readFlags()
if (files) for (const file of files) writeFileSync(file, picture(crypto.getRandomValues(new Uint32Array(1))[0] ?? 0))
else {
  const asked = untilAsked()
  const dir = mkdtempSync(join(tmpdir(), "certreg-demo-"))
  try {
    await Promise.race([demo(dir, stay, asked), asked])
  } finally {
    await stopAll()
    rmSync(dir, { recursive: true, force: true })
  }
}
