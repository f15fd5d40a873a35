import { parse, v5, v7 } from "uuid"

/** service-api §2, "Id". */
const registrations = parse("5f1c9a52-7c55-4c1e-9a3e-2d1f0b6c8e47")
/** service-api §2, "Claims in the history". */
const sessions = parse("b1f4f0c2-2a43-4f0e-8d0a-6f2f7f1f5d10")

/** Name and namespace as bytes: as texts they cost the package a third more. */
const nameBased = (name: ReadonlyArray<string | number>, namespace: Uint8Array): string =>
  v5(Buffer.from(JSON.stringify(name)), namespace)

/** The id of an attempt of a partner user: the same for everybody who asks, so that there cannot be two. */
export const registrationId = (partnerUserIdType: string, partnerUserId: string, attempt: number): string =>
  nameBased([partnerUserIdType, partnerUserId, attempt], registrations)

/** What the platform sees of a claimed call in every transmission of it; after a restore no call that was forgotten had the same. */
export const sessionId = (
  registration: string,
  call: "urls" | "upload" | "confirm",
  n: number,
  { epoch }: { readonly epoch: number }
): string => nameBased(epoch === 0 ? [registration, call, n] : [registration, call, n, epoch], sessions)

/** UUIDv7: grows with time, which keeps indexes cheap. */
export const newId = (): string => v7()

/** What the log says of itself. */
export const logStream = "certreg-log"

/** What was signed of it. */
export const checkpointStream = "certreg-checkpoints"

export const streamOf = (registration: string): string => `registration-${registration}`

/** The registration that a stream belongs to; undefined for a stream of the service's own. */
export const registrationOf = (stream: string): string | undefined =>
  stream.startsWith("registration-") ? stream.slice("registration-".length) : undefined
