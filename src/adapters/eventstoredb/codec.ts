import type { EventData, RecordedEvent } from "@eventstore/db-client"
import { canonicalJson } from "../../application/history/canonical-json.ts"
import type {
  Actor,
  ActorKind,
  NewEvent,
  Position,
  RawEvent,
  StoredEvent
} from "../../application/ports/event-store.ts"
import { isFormattedInstant } from "../../domain/applicant/instant.ts"
import type { StreamNames } from "./stream-names.ts"

/** What is kept beside the data, under the names that the database's own tools expect. */
type Metadata = {
  readonly $correlationId: string
  readonly $causationId?: string
} & Pick<StoredEvent, "actor" | "recordedAt" | "hash" | "previousHash">

export const encodeEvent = (event: NewEvent): EventData => {
  const { actor, recordedAt, hash, previousHash } = event
  const metadata: Metadata = {
    $correlationId: event.correlationId,
    ...(event.causationId === undefined ? {} : { $causationId: event.causationId }),
    actor,
    recordedAt,
    hash,
    previousHash
  }
  return {
    id: event.id,
    contentType: "application/json",
    type: `${event.type}.v${event.version}`,
    data: event.data,
    metadata
  }
}

/** The event that was stored; what nobody of us wrote becomes an event of a kind that no version can read. */
export const decodeEvent = (event: RecordedEvent, names: Pick<StreamNames, "local">): StoredEvent => {
  const { id, data, metadata } = event
  const stream = names.local(event.streamId)
  const revision = Number(event.revision)
  const kind = kindOf(event.type)
  const isOurs = event.isJson && isObject(data) && isMetadata(metadata) && !isDeep(data) && !isDeep(metadata)
  if (kind === undefined || !isOurs) {
    return { ...foreign, stream, revision, id, recordedAt: textOf(event.created) }
  }
  const { $correlationId, $causationId, actor, recordedAt, hash, previousHash } = metadata
  return {
    stream,
    revision,
    id,
    ...kind,
    recordedAt,
    actor,
    correlationId: $correlationId,
    ...($causationId === undefined ? {} : { causationId: $causationId }),
    data,
    previousHash,
    hash
  }
}

/** Bytes that are made again of what is stored: they match the hash if that is what was stored. */
export const rawEvent = (event: StoredEvent, position: Position, predecessor: string | undefined): RawEvent => {
  const { hash, ...content } = event
  const { stream, revision } = event
  const bytes = canonicalJson(content)
  return {
    position,
    stream,
    revision,
    bytes,
    hash,
    ...(predecessor === undefined ? {} : { predecessor }),
    ...(hash === foreign.hash ? { isForeign: true } : {})
  }
}

/** The hash of an event, for who does not need more of it; empty where nobody of us wrote it. */
export const hashIn = (metadata: unknown): string => {
  const hash = isObject(metadata) ? metadata["hash"] : undefined
  return typeof hash === "string" ? hash : ""
}

/** No version can read it, and no hash matches. */
const foreign = {
  type: "Foreign",
  version: 0,
  actor: { kind: "operator", id: "unknown" },
  correlationId: "",
  data: {},
  previousHash: "",
  hash: ""
} as const satisfies Partial<StoredEvent>

const textOf = (time: Date): string => (Number.isNaN(time.getTime()) ? new Date(0) : time).toISOString()

const kindOf = (storedName: string): Pick<StoredEvent, "type" | "version"> | undefined => {
  const at = storedName.lastIndexOf(".v")
  const version = Number(storedName.slice(at + 2))
  return at > 0 && Number.isSafeInteger(version) && storedName.endsWith(`.v${version}`)
    ? { type: storedName.slice(0, at), version }
    : undefined
}

/** Ours never are; deeper than the call stack can be, nothing can be made of it. */
const deepest = 100
const isDeep = (value: unknown, levels = deepest): boolean =>
  typeof value === "object" &&
  value !== null &&
  (levels === 0 || Object.values(value).some((member) => isDeep(member, levels - 1)))

const isObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const kinds: { readonly [K in ActorKind]: true } = { client: true, process: true, platform: true, operator: true }
const isActor = (value: unknown): value is Actor =>
  isObject(value) && typeof value["id"] === "string" && Object.hasOwn(kinds, String(value["kind"]))

const isMetadata = (value: unknown): value is Metadata =>
  isObject(value) &&
  typeof value["$correlationId"] === "string" &&
  (value["$causationId"] === undefined || typeof value["$causationId"] === "string") &&
  typeof value["recordedAt"] === "string" &&
  isFormattedInstant(value["recordedAt"]) &&
  typeof value["hash"] === "string" &&
  typeof value["previousHash"] === "string" &&
  isActor(value["actor"])
