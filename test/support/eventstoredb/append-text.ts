import { once } from "node:events"
import { connect } from "node:http2"
import shared from "@eventstore/db-client/generated/shared_pb.js"
import streams from "@eventstore/db-client/generated/streams_pb.js"
import { newId } from "../stored-events.ts"
import { frame } from "./grpc/frames.ts"

type TextEvent = {
  readonly type: string
  /** JSON, as text. */
  readonly data: string
  readonly metadata?: string
}

/** Appends an event to the end of a stream as another program may: the client of EventStoreDB writes no JSON that is given as text. */
export const appendText = async (httpUrl: string, stream: string, { type, data, metadata }: TextEvent) => {
  const options = new streams.AppendReq.Options()
    .setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(stream).toString("base64")))
    .setAny(new shared.Empty())
  const message = new streams.AppendReq.ProposedMessage()
    .setId(new shared.UUID().setString(newId()))
    .setData(Buffer.from(data).toString("base64"))
  if (metadata !== undefined) message.setCustomMetadata(Buffer.from(metadata).toString("base64"))
  message.getMetadataMap().set("type", type).set("content-type", "application/json")
  const requests = [new streams.AppendReq().setOptions(options), new streams.AppendReq().setProposedMessage(message)]

  const session = connect(httpUrl)
  const call = session.request({
    ":method": "POST",
    ":path": "/event_store.client.streams.Streams/Append",
    "content-type": "application/grpc",
    te: "trailers"
  })
  const answered = once(call, "trailers")
  call.resume().end(Buffer.concat(requests.map((request) => frame(request.serializeBinary()))))
  const [trailers] = await answered
  session.close()
  if (trailers["grpc-status"] !== "0") throw new Error(`the append was refused: ${trailers["grpc-status"]}`)
}
