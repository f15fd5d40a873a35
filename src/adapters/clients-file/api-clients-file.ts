import { readFile, stat } from "node:fs/promises"
import { Effect, Layer, Redacted, Schedule } from "effect"
import { codeOf } from "../../application/error-words.ts"
import { ApiClients } from "../../application/ports/api-clients.ts"
import { Log } from "../../application/ports/log.ts"
import { readClients } from "./clients.ts"
import { clientOfKey, knownClients, noClients } from "./known-clients.ts"

const missing = "ENOENT"

/** Differs when the file was replaced, written, or given other permissions; the code of the error when it cannot be looked at. */
const stampOf = (file: string): Promise<string> =>
  stat(file, { bigint: true }).then(({ ino, ctimeNs, size }) => `${ino} ${ctimeNs} ${size}`, codeOf)

const make = Effect.fnUntraced(function* (file: string) {
  const log = yield* Log
  let known = noClients
  let stamp = ""
  const refresh = async (): Promise<void> => {
    const seen = await stampOf(file)
    if (seen === stamp) return
    // Before the file is read: what is written meanwhile gives it another stamp.
    stamp = seen
    if (seen === missing) {
      known = noClients
      return log.warn("api_clients_missing")
    }
    try {
      const clients = readClients(await readFile(file, "utf8"))
      if (!clients) return log.warn("api_clients_unreadable", { code: "damaged" })
      known = knownClients(clients)
      log.info("api_clients_read", { count: known.size })
    } catch (error) {
      log.warn("api_clients_unreadable", { code: codeOf(error) })
    }
  }
  yield* Effect.promise(refresh)
  yield* Effect.promise(refresh).pipe(Effect.repeat(Schedule.spaced("1 second")), Effect.forkScoped)
  return ApiClients.of({ authenticate: (key) => clientOfKey(known, Redacted.value(key)) })
})

/**
 * The API clients in a JSON file, looked at each second: watching a file misses what a network or container volume does. A missing file
 * has no clients; one that cannot be read leaves those that were known.
 */
export const apiClientsFile = (file: string): Layer.Layer<ApiClients, never, Log> =>
  Layer.effect(ApiClients, make(file))
