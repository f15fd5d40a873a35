import type shared from "@eventstore/db-client/generated/shared_pb.js"
import type streams from "@eventstore/db-client/generated/streams_pb.js"
import { type Expected, noStream } from "../log/commit-check.ts"
import type { ProposedEvent } from "../log/log-record.ts"
import { unforeseen } from "./refusals.ts"

const json = "application/json"

/** The name of a stream; there is none without a name. */
export const nameOf = (identifier: shared.StreamIdentifier | undefined): string => {
  const name = Buffer.from(identifier?.getStreamName_asU8() ?? []).toString()
  if (name === "") throw unforeseen()
  return name
}

const hex = (bits: string): string => BigInt.asUintN(64, BigInt(bits)).toString(16).padStart(16, "0")

export const idOf = (id: shared.UUID | undefined): string => {
  const structured = id?.getStructured()
  if (structured === undefined) return id?.getString() ?? ""
  const digits = hex(structured.getMostSignificantBits()) + hex(structured.getLeastSignificantBits())
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")
}

export const eventOf = (
  message: streams.AppendReq.ProposedMessage | streams.BatchAppendReq.ProposedMessage
): ProposedEvent => {
  const properties = message.getMetadataMap()
  const [type, contentType] = [properties.get("type"), properties.get("content-type")]
  if (!type || !contentType) throw unforeseen()
  return {
    id: idOf(message.getId()),
    type,
    isJson: contentType === json,
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8()
  }
}

interface Expectation {
  readonly hasRevision: () => boolean
  readonly getRevision: () => string
  readonly hasNoStream: () => boolean
  readonly hasStreamExists: () => boolean
}

export const expectedOf = (options: Expectation): Expected => {
  if (options.hasRevision()) return Number(options.getRevision())
  if (options.hasNoStream()) return noStream
  return options.hasStreamExists() ? "exists" : "any"
}

/** An expectation as the trailers of an error name it. */
export const expectedNumber = (expected: Expected): number =>
  expected === "any" ? -2 : expected === "exists" ? -4 : expected
