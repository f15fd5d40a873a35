import "effect/schema/SchemaJITCompiler/enable"
import { Cause, Effect, Exit, Layer, Result } from "effect"
import { type Ports, portsOf, serviceLayer } from "../../src/infrastructure/app.ts"
import { readConfig } from "../../src/infrastructure/config.ts"
import { logging } from "../../src/infrastructure/logging.ts"
import { deathVariable, makeDeath } from "../chaos/death.ts"
import { faultVariable, planting } from "../chaos/planted-faults.ts"
import { wrapPorts } from "../chaos/wrap-ports.ts"

/** The service on its real adapters, but for what stands around each method of their ports: it can die before and after every call. */
const wrapping = { ...makeDeath(process.env[deathVariable]), replaced: planting(process.env[faultVariable]) }

const config = Result.getOrThrow(readConfig(process.env, process.cwd()))
const { stores, clients, outbound, broker } = portsOf(config, () => process.exit(70))
const ports: Ports = {
  stores: wrapPorts(stores, wrapping),
  clients: wrapPorts(clients, wrapping),
  outbound: wrapPorts(outbound, wrapping),
  broker
}
process.once("SIGTERM", () => process.exit(0))
const running = Effect.runFork(Layer.launch(serviceLayer(config, ports).pipe(Layer.provide(logging(config.logLevel)))))
// It may be refused to start; its channel to the tests would keep it alive.
running.addObserver((exit) => {
  if (Exit.isFailure(exit)) console.error(Cause.pretty(exit.cause))
  process.exit(1)
})
