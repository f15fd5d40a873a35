import shared from "@eventstore/db-client/generated/shared_pb.js"
import streams from "@eventstore/db-client/generated/streams_pb.js"
import type { Resolved } from "../log/links.ts"
import { type LogRecord, revisionText } from "../log/log-record.ts"

type Recorded = streams.ReadResp.ReadEvent.RecordedEvent

const structured = (id: string): shared.UUID => {
  const bits = (from: number, to: number) => BigInt.asIntN(64, BigInt(`0x${digits.slice(from, to)}`)).toString()
  const digits = id.replaceAll("-", "")
  const halves = new shared.UUID.Structured()
  halves.setMostSignificantBits(bits(0, 16)).setLeastSignificantBits(bits(16, 32))
  return new shared.UUID().setStructured(halves)
}

const recorded = (record: LogRecord, hasTextIds: boolean): Recorded => {
  const message = new streams.ReadResp.ReadEvent.RecordedEvent()
  message.setId(hasTextIds ? new shared.UUID().setString(record.id) : structured(record.id))
  message.setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(record.stream)))
  message.setStreamRevision(revisionText(record.revision))
  message.setCommitPosition(String(record.position)).setPreparePosition(String(record.position))
  message
    .getMetadataMap()
    .set("type", record.type)
    // In units of 100 nanoseconds.
    .set("created", `${record.at}0000`)
    .set("content-type", record.isJson ? "application/json" : "application/octet-stream")
  message.setCustomMetadata(record.metadata).setData(record.data)
  return message
}

export const eventRead = ({ event, link }: Resolved, hasTextIds: boolean): streams.ReadResp => {
  const message = new streams.ReadResp.ReadEvent()
  if (event !== undefined) message.setEvent(recorded(event, hasTextIds))
  if (link !== undefined) message.setLink(recorded(link, hasTextIds))
  message.setCommitPosition(String((link ?? event)?.position))
  return new streams.ReadResp().setEvent(message)
}

export const streamNotFound = (stream: string): streams.ReadResp => {
  const identifier = new shared.StreamIdentifier().setStreamName(Buffer.from(stream))
  return new streams.ReadResp().setStreamNotFound(new streams.ReadResp.StreamNotFound().setStreamIdentifier(identifier))
}

export const confirmed = (subscriptionId: string): streams.ReadResp => {
  const confirmation = new streams.ReadResp.SubscriptionConfirmation()
  return new streams.ReadResp().setConfirmation(confirmation.setSubscriptionId(subscriptionId))
}

export const caughtUp = (): streams.ReadResp => new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp())

export interface Place {
  readonly commit: number
  readonly prepare: number
}
export const checkpoint = ({ commit, prepare }: Place): streams.ReadResp => {
  const message = new streams.ReadResp.Checkpoint()
  message.setCommitPosition(String(commit)).setPreparePosition(String(prepare))
  return new streams.ReadResp().setCheckpoint(message)
}
