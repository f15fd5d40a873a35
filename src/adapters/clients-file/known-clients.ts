import { timingSafeEqual } from "node:crypto"
import type { ApiClient } from "../../application/ports/api-clients.ts"
import { clientIdOf, hashOf } from "./api-key.ts"
import type { Clients } from "./clients.ts"

/** Clients by id, ready to be compared with. */
export type KnownClients = ReadonlyMap<string, { readonly client: ApiClient; readonly keys: ReadonlyArray<Buffer> }>

export const noClients: KnownClients = new Map()

export const knownClients = (clients: Clients): KnownClients =>
  new Map(
    clients.map(({ id, tenant, scopes, keys }) => [
      id,
      { client: { id, tenant, scopes }, keys: keys.map((key) => Buffer.from(key, "hex")) }
    ])
  )

/** No key has this hash: an unknown id takes the time that a known one takes. */
const nobody = { client: undefined, keys: [Buffer.alloc(32)] }

/** The client whose key this is. Ids are no secret: only what is compared after the look-up is. */
export const clientOfKey = (known: KnownClients, key: string): ApiClient | undefined => {
  const { client, keys } = known.get(clientIdOf(key) ?? "") ?? nobody
  const hash = Buffer.from(hashOf(key), "hex")
  let isEqual = false
  for (const other of keys) isEqual = timingSafeEqual(hash, other) || isEqual
  return isEqual ? client : undefined
}
