import { hash, randomBytes } from "node:crypto"

/** Characters of the secret at the end of a key: 32 bytes in base64url, which may contain `_` as ids may. */
const secretLength = 43
const prefix = "crk_"

export const newApiKey = (clientId: string): string => `${prefix}${clientId}_${randomBytes(32).toString("base64url")}`

/** The client that a key names, or undefined for what is no key. */
export const clientIdOf = (key: string): string | undefined =>
  key.startsWith(prefix) && key.at(-secretLength - 1) === "_" ? key.slice(prefix.length, -secretLength - 1) : undefined

/** Hex SHA-256: all that is kept of a key. */
export const hashOf = (key: string): string => hash("sha256", key)
