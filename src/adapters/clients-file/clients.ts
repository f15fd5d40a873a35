import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type ApiClient, ClientName, Scope } from "../../application/ports/api-clients.ts"
import { ClientExists, NoSuchClient, RotationMismatch } from "../../application/ports/client-registry.ts"

const KeyHash = Schema.String.check(Schema.isPattern(/^[0-9a-f]{64}$/))

const KnownClient = Schema.Struct({
  id: ClientName,
  tenant: ClientName,
  scopes: Schema.Array(Scope),
  /** SHA-256, the newest last; two while a rotation is under way. */
  keys: Schema.Array(KeyHash).check(Schema.isMinLength(1), Schema.isMaxLength(2))
})
export type KnownClient = typeof KnownClient.Type
export type Clients = ReadonlyArray<KnownClient>

const haveDistinctIds = (clients: Clients): boolean => new Set(clients.map(({ id }) => id)).size === clients.length

const File = Schema.fromJsonString(
  Schema.Struct({
    version: Schema.Literal(1),
    clients: Schema.Array(KnownClient).check(Schema.makeFilter(haveDistinctIds))
  })
)
const decode = Schema.decodeUnknownResult(File)

/** The clients in a file's text, or undefined when it makes no sense. */
export const readClients = (text: string): Clients | undefined =>
  Result.getOrUndefined(Result.map(decode(text), ({ clients }) => clients))

export const writeClients = (clients: Clients): string => `${JSON.stringify({ version: 1, clients }, undefined, 2)}\n`

export const withClient = (clients: Clients, { id, tenant, scopes }: ApiClient, key: string) =>
  clients.some((client) => client.id === id)
    ? Result.fail(new ClientExists({ id }))
    : Result.succeed([...clients, { id, tenant, scopes, keys: [key] }])

const found = (clients: Clients, id: string) => {
  const client = clients.find((client) => client.id === id)
  return client ? Result.succeed(client) : Result.fail(new NoSuchClient({ id }))
}

export const withoutClient = (clients: Clients, id: string) =>
  Result.map(found(clients, id), () => clients.filter((client) => client.id !== id))

const withKeys = <E>(
  clients: Clients,
  id: string,
  change: (keys: KnownClient["keys"]) => Result.Result<KnownClient["keys"], E>
) =>
  Result.flatMap(found(clients, id), (client) =>
    Result.map(change(client.keys), (keys) => clients.map((other) => (other === client ? { ...client, keys } : other)))
  )

export const withSecondKey = (clients: Clients, id: string, key: string) =>
  withKeys(clients, id, (keys) =>
    keys.length === 1 ? Result.succeed([...keys, key]) : Result.fail(new RotationMismatch({ id }))
  )

export const withoutFirstKey = (clients: Clients, id: string) =>
  withKeys(clients, id, (keys) =>
    keys.length === 2 ? Result.succeed(keys.slice(1)) : Result.fail(new RotationMismatch({ id }))
  )
