import shared from "@eventstore/db-client/generated/shared_pb.js"
import streams from "@eventstore/db-client/generated/streams_pb.js"
import { type Expected, noStream } from "../log/commit-check.ts"

export const appended = (last: number, position: number | undefined): streams.AppendResp => {
  const success = new streams.AppendResp.Success()
  if (last === noStream) success.setNoStream(new shared.Empty())
  else success.setCurrentRevision(String(last))
  if (position === undefined) success.setNoPosition(new shared.Empty())
  else {
    const place = new streams.AppendResp.Position()
    place.setCommitPosition(String(position))
    place.setPreparePosition(String(position))
    success.setPosition(place)
  }
  return new streams.AppendResp().setSuccess(success)
}

/** Also in the fields of version 20.6.0. */
export const appendConflict = (expected: Expected, current: number): streams.AppendResp => {
  const wrong = new streams.AppendResp.WrongExpectedVersion()
  const empty = new shared.Empty()
  if (current === noStream) wrong.setCurrentNoStream(empty).setNoStream2060(empty)
  else wrong.setCurrentRevision(String(current)).setCurrentRevision2060(current)
  if (expected === "any") wrong.setExpectedAny(empty).setAny2060(empty)
  else if (expected === "exists") wrong.setExpectedStreamExists(empty).setStreamExists2060(empty)
  else if (expected === noStream) wrong.setExpectedNoStream(empty)
  else wrong.setExpectedRevision(String(expected)).setExpectedRevision2060(expected)
  return new streams.AppendResp().setWrongExpectedVersion(wrong)
}
