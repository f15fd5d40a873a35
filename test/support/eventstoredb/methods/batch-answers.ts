import shared from "@eventstore/db-client/generated/shared_pb.js"
import statusPb from "@eventstore/db-client/generated/status_pb.js"
import streams from "@eventstore/db-client/generated/streams_pb.js"
import anyPb from "google-protobuf/google/protobuf/any_pb.js"
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js"
import { status } from "../grpc/status.ts"
import type { Appended } from "../log/append.ts"
import { type Expected, noStream } from "../log/commit-check.ts"
import { maximumAppendSize } from "./refusals.ts"

export type Refused = "Timeout" | "BadRequest" | "MaximumAppendSizeExceeded"
type Outcome = Appended | { readonly _tag: Refused }

const failed = (code: number, type: string, details: Uint8Array): streams.BatchAppendResp => {
  const any = new anyPb.Any()
  any.pack(details, `event_store.client.${type}`)
  const error = new statusPb.Status()
  // The codes of `google.rpc` are those of gRPC.
  error.setCode(code as Parameters<typeof error.setCode>[0])
  return new streams.BatchAppendResp().setError(error.setMessage(type).setDetails(any))
}

const conflict = (expected: Expected, current: number): Uint8Array => {
  const wrong = new shared.WrongExpectedVersion()
  if (current === noStream) wrong.setCurrentNoStream(new emptyPb.Empty())
  else wrong.setCurrentStreamRevision(String(current))
  if (expected === "any") wrong.setExpectedAny(new emptyPb.Empty())
  else if (expected === "exists") wrong.setExpectedStreamExists(new emptyPb.Empty())
  else if (expected === noStream) wrong.setExpectedNoStream(new emptyPb.Empty())
  else wrong.setExpectedStreamPosition(String(expected))
  return wrong.serializeBinary()
}

const done = (last: number, position: number | undefined): streams.BatchAppendResp => {
  const success = new streams.BatchAppendResp.Success()
  if (last === noStream) success.setNoStream(new emptyPb.Empty())
  else success.setCurrentRevision(String(last))
  if (position === undefined) success.setNoPosition(new emptyPb.Empty())
  else {
    const place = new shared.AllStreamPosition()
    success.setPosition(place.setCommitPosition(String(position)).setPreparePosition(String(position)))
  }
  return new streams.BatchAppendResp().setSuccess(success)
}

const answerTo = (
  expected: Expected,
  identifier: shared.StreamIdentifier,
  outcome: Outcome
): streams.BatchAppendResp => {
  switch (outcome._tag) {
    case "Done":
      return done(outcome.last, outcome.position)
    case "WrongExpectedVersion":
      return failed(status.alreadyExists, outcome._tag, conflict(expected, outcome.current))
    case "Deleted": {
      const deleted = new shared.StreamDeleted().setStreamIdentifier(identifier)
      return failed(status.notFound, "StreamDeleted", deleted.serializeBinary())
    }
    case "Timeout":
      return failed(status.deadlineExceeded, outcome._tag, new shared.Timeout().serializeBinary())
    case "BadRequest":
      return failed(status.invalidArgument, outcome._tag, new shared.BadRequest().serializeBinary())
    case "MaximumAppendSizeExceeded": {
      const exceeded = new shared.MaximumAppendSizeExceeded().setMaxappendsize(maximumAppendSize)
      return failed(status.invalidArgument, outcome._tag, exceeded.serializeBinary())
    }
  }
}

/** The answer, which repeats stream and expectation. */
export const batchAnswer = (
  correlationId: shared.UUID,
  identifier: shared.StreamIdentifier,
  expected: Expected,
  outcome: Outcome
): streams.BatchAppendResp => {
  const answer = answerTo(expected, identifier, outcome)
  answer.setCorrelationId(correlationId).setStreamIdentifier(identifier)
  if (expected === "any") return answer.setAny(new emptyPb.Empty())
  if (expected === "exists") return answer.setStreamExists(new emptyPb.Empty())
  return expected === noStream ? answer.setNoStream(new emptyPb.Empty()) : answer.setStreamPosition(String(expected))
}
