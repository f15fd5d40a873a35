import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Api, apiOf } from "../support/api.ts"
import { atTheLatest } from "../support/at-the-latest.ts"
import { type EventStoreDbProcess, startEventStoreDb } from "../support/eventstoredb/server-process.ts"
import { newLog, newLogAt } from "../support/log-of-run.ts"
import { runNode } from "../support/run-node.ts"
import type { ServiceProcess } from "../support/service.ts"
import { callbackSecret, type Env, envFor, userIdType } from "../support/service-program.ts"
import { type SimulatorProcess, startSimulator } from "../support/simulator.ts"
import type { Death } from "./death.ts"
import { type Life, startLife } from "./life.ts"

/** Short pauses everywhere, but for the time limit of a call: on a busy machine one that is too short would hide what a crash does. */
const impatient: Env = {
  ESIGN_TIMEOUT: "2 seconds",
  VERDICT_POLL_AFTER: "300 millis",
  VERDICT_POLL_MAX: "600 millis",
  SWEEP_INTERVAL: "200 millis",
  CHECKPOINT_INTERVAL: "200 millis",
  RETRY_MAX_DELAY: "500 millis",
  LOG_LEVEL: "info"
}

/** A service that dies and is started again, and a platform of its own. */
export interface Lane {
  readonly simulator: SimulatorProcess
  /** The server of its log, where that is its own. */
  readonly store: EventStoreDbProcess | undefined
  readonly platform: ServiceProcess["platform"]
  readonly api: Api
  /** The last one. */
  readonly life: () => Life
  readonly isAlive: () => boolean
  /** Answers whether it lives. */
  readonly start: (death?: Death) => Promise<boolean>
  /** From the next start on it has no data. */
  readonly forget: () => void
  readonly close: () => Promise<void>
}

export type LaneOptions = {
  readonly env?: Env
  /** Whether it has a double of EventStoreDB of its own, instead of the store of the run. */
  readonly ownStore?: boolean
}

/** Nothing is started yet but the platform, and the server of the log. */
export const openLane = async ({ env = {}, ownStore = false }: LaneOptions = {}): Promise<Lane> => {
  const root = mkdtempSync(join(tmpdir(), "certreg-chaos-"))
  const [simulator, store] = await Promise.all([
    startSimulator({ callbackAuth: `bearer ${callbackSecret}`, lagMs: 400 }),
    ownStore ? startEventStoreDb({ data: join(root, "store") }) : undefined
  ])
  const stop = () => Promise.all([simulator.stop("SIGKILL"), store?.kill()])
  const isClosed = atTheLatest(() => {
    void stop()
    rmSync(root, { recursive: true, force: true })
  })
  const clients = { API_CLIENTS_FILE: join(root, "clients.json") }
  const added = await runNode(
    "src/infrastructure/certreg.ts",
    ["client", "add", "acme", "--scopes", "registrations:write,personal-data:erase"],
    clients
  )
  if (added.code !== 0) throw new Error(`client add ended with ${added.code}: ${added.stderr}`)
  const variables = { ...envFor(simulator), ...impatient, ...clients, TMPDIR: root, ...env }
  let directories = 1
  const freshLog = () => (store ? newLogAt(store.url) : newLog())
  let log = freshLog()
  let life: Life | undefined
  let port = 0
  let isAlive = false

  return {
    simulator,
    store,
    platform: (user) => simulator.user(user, userIdType).catch(() => ({ calls: [], submissions: [], callbacks: [] })),
    api: apiOf(() => `http://127.0.0.1:${port}`, added.stdout.trim()),
    life: () => {
      if (!life) throw new Error("the service was never started")
      return life
    },
    start: async (death) => {
      life = await startLife({ ...variables, ...log, DATA_DIR: join(root, `data-${directories}`) }, death)
      const started = life
      isAlive = true
      void started.ended.then(() => {
        if (life === started) isAlive = false
      })
      if (started.port === undefined) return false
      port = started.port
      await simulator.script({ settings: { callbackUrl: `http://127.0.0.1:${port}/v1/esign/callback` } })
      return true
    },
    isAlive: () => isAlive,
    forget: () => {
      directories++
      log = freshLog()
    },
    close: async () => {
      await Promise.all([life?.kill("SIGKILL"), stop()])
      rmSync(root, { recursive: true, force: true })
      isClosed()
    }
  }
}
