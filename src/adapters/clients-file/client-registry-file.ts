import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { type ClientRegistry, ClientsUnavailable } from "../../application/ports/client-registry.ts"
import { hashOf, newApiKey } from "./api-key.ts"
import {
  type Clients,
  readClients,
  withClient,
  withoutClient,
  withoutFirstKey,
  withSecondKey,
  writeClients
} from "./clients.ts"
import { changeFile, failureOf, readText } from "./file-change.ts"

const none: Clients = []

const parse = (text: string | undefined): Result.Result<Clients, ClientsUnavailable> => {
  const clients = text === undefined ? none : readClients(text)
  return clients ? Result.succeed(clients) : Result.fail(new ClientsUnavailable({ code: "damaged" }))
}

const attempt = <A, E>(work: () => Result.Result<A, E>): Effect.Effect<A, E | ClientsUnavailable> =>
  Effect.try({ try: work, catch: (error) => new ClientsUnavailable({ code: failureOf(error) }) }).pipe(
    Effect.flatMap((result) => Effect.fromResult<A, E | ClientsUnavailable>(result))
  )

/** The API clients in a JSON file. A file that is not there has none; one that makes no sense is never written over. */
export const clientRegistryFile = (file: string): ClientRegistry["Service"] => {
  const change = <E>(apply: (clients: Clients) => Result.Result<Clients, E>) =>
    attempt(() => changeFile(file, (text) => Result.map(Result.flatMap(parse(text), apply), writeClients)))
  const changeWithKey = <E>(id: string, apply: (clients: Clients, hash: string) => Result.Result<Clients, E>) =>
    Effect.suspend(() => {
      const key = newApiKey(id)
      return Effect.as(
        change((clients) => apply(clients, hashOf(key))),
        Redacted.make(key)
      )
    })

  return {
    list: Effect.map(
      attempt(() => parse(readText(file))),
      (clients) => clients.map(({ id, tenant, scopes, keys }) => ({ id, tenant, scopes, isRotating: keys.length > 1 }))
    ),
    add: (client) => changeWithKey(client.id, (clients, hash) => withClient(clients, client, hash)),
    remove: (id) => change((clients) => withoutClient(clients, id)),
    rotate: (id) => changeWithKey(id, (clients, hash) => withSecondKey(clients, id, hash)),
    finishRotation: (id) => change((clients) => withoutFirstKey(clients, id))
  }
}
