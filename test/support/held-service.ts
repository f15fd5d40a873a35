import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect, Layer, ManagedRuntime, Result } from "effect"
import { hashOf, newApiKey } from "../../src/adapters/clients-file/api-key.ts"
import { withClient, writeClients } from "../../src/adapters/clients-file/clients.ts"
import { HttpServer } from "../../src/adapters/http/http-server.ts"
import type { NewEvent } from "../../src/application/ports/event-store.ts"
import { type Ports, portsOf, serviceLayer } from "../../src/infrastructure/app.ts"
import { readConfig } from "../../src/infrastructure/config.ts"
import type { Options } from "../../src/simulator/options.ts"
import { wrapPorts } from "../chaos/wrap-ports.ts"
import { apiOf, type Json } from "./api.ts"
import { newLog } from "./log-of-run.ts"
import { recordedLog } from "./recorded-log.ts"
import { callbackSecret, type Env, envFor, userIdType } from "./service-program.ts"
import { startSimulator } from "./simulator.ts"
import { temporaryFolder } from "./temporary-folder.ts"

type Member = (...args: ReadonlyArray<unknown>) => Effect.Effect<unknown, unknown, unknown>
type Wanted = (args: ReadonlyArray<unknown>) => boolean
type Moment = "before" | "after"

/** The next call of a method that is wanted, from the moment on when it was met until it is let go. */
export type Held = { readonly met: Promise<void>; readonly release: () => void }

const makeHolds = () => {
  const waiting = new Set<{ method: string; moment: Moment; wanted: Wanted; stop: () => Promise<void> }>()
  const instead = new Map<string, Effect.Effect<unknown>>()

  const hold = (method: string, moment: Moment, wanted: Wanted = () => true): Held => {
    const [met, gone] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const stop = () => {
      met.resolve()
      return gone.promise
    }
    waiting.add({ method, moment, wanted, stop })
    return { met: met.promise, release: gone.resolve }
  }

  const replaced = (method: string, member: unknown): unknown =>
    typeof member !== "function"
      ? member
      : (...args: ReadonlyArray<unknown>) => {
          const other = instead.get(method)
          if (other) return other
          const found = [...waiting].find((one) => one.method === method && one.wanted(args))
          if (!found) return (member as Member)(...args)
          waiting.delete(found)
          const pause = Effect.promise(found.stop)
          const call = Effect.suspend(() => (member as Member)(...args))
          // Whatever became of the call, its answer waits.
          return found.moment === "before" ? Effect.andThen(pause, call) : Effect.onExit(call, () => pause)
        }

  return { hold, replaced, instead: (method: string, answer: unknown) => instead.set(method, Effect.succeed(answer)) }
}

/** An append of an event of this type whose data are such. */
export const appending =
  (type: string, data: Json = {}): Wanted =>
  ([, , events]) =>
    (events as ReadonlyArray<NewEvent>).some(
      (event) => event.type === type && Object.entries(data).every(([name, value]) => event.data[name] === value)
    )

/** The service in this process, on real adapters and the simulator, whose calls of ports a test can hold where it wants. */
export const startHeld = async (wishes: { readonly env?: Env; readonly simulator?: Partial<Options> } = {}) => {
  const simulator = await startSimulator({ callbackAuth: `bearer ${callbackSecret}`, ...wishes.simulator })
  const dataDir = temporaryFolder()
  mkdirSync(dataDir, { recursive: true })
  const key = newApiKey("acme")
  const scopes = ["registrations:write", "audit:read"] as const
  const clients = Result.getOrThrow(withClient([], { id: "acme", tenant: "north", scopes }, hashOf(key)))
  writeFileSync(join(dataDir, "clients.json"), writeClients(clients), { mode: 0o600 })

  const env: Env = { ...envFor(simulator), ...newLog(), DATA_DIR: dataDir, ...wishes.env }
  // It takes the secrets out of what it is given.
  const config = Result.getOrThrow(readConfig({ ...env }, dataDir))
  const log = recordedLog()
  const { hold, instead, replaced } = makeHolds()
  const wrapping = { onMethod: () => {}, onMoment: () => {}, replaced }
  const { stores, clients: apiClients, outbound, broker } = portsOf(config, (code) => log.write("fatal", { code }))
  const ports: Ports = {
    stores: wrapPorts(stores, wrapping),
    clients: apiClients,
    outbound: wrapPorts(outbound, wrapping),
    broker
  }
  const runtime = ManagedRuntime.make(serviceLayer(config, ports).pipe(Layer.provide(log.layer)))
  const { port } = await runtime.runPromise(HttpServer.use(Effect.succeed))
  const url = () => `http://127.0.0.1:${port}`
  await simulator.script({ settings: { callbackUrl: `${url()}/v1/esign/callback` } })

  const platform = (user: string) => simulator.user(user, userIdType)

  return {
    simulator,
    env,
    dataDir,
    url,
    api: apiOf(url, key),
    lines: log.lines,
    hold,
    /** Holds an append to a registration's stream. */
    holdAppend: (id: string, moment: Moment, ...event: Parameters<typeof appending>): Held => {
      const isWanted = appending(...event)
      return hold("EventStore.append", moment, (args) => args[0] === `registration-${id}` && isWanted(args))
    },
    /** Holds a platform call about a user. */
    holdCall: (partnerUserId: string, moment: Moment, method: "issueUrls" | "confirm" | "poll"): Held =>
      hold(
        `EsignPlatform.${method}`,
        moment,
        ([given]) => (given as { user: { partnerUserId: string } }).user.partnerUserId === partnerUserId
      ),
    instead,
    platform,
    callsOf: async (user: string, kind: "urls" | "confirm" | "poll" | "put") =>
      (await platform(user)).calls.filter(({ call }) => call === kind),
    callback: async (body: unknown) =>
      (await apiOf(url, callbackSecret).send("POST", "/v1/esign/callback", { body: JSON.stringify(body) })).status,
    close: async () => {
      await runtime.dispose()
      await simulator.stop("SIGKILL")
    }
  }
}
export type HeldService = Awaited<ReturnType<typeof startHeld>>
