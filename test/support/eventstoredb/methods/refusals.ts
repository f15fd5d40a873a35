import { GrpcError, status } from "../grpc/status.ts"

export const maximumAppendSize = 1_048_576

export const streamDeleted = (stream: string): GrpcError =>
  new GrpcError(status.failedPrecondition, `Event stream '${stream}' is deleted.`, {
    exception: "stream-deleted",
    "stream-name": encodeURI(stream)
  })

export const wrongExpectedVersion = (stream: string, expected: number, actual: number): GrpcError =>
  new GrpcError(
    status.failedPrecondition,
    `Append failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: ${expected}, Actual version: ${actual}`,
    {
      exception: "wrong-expected-version",
      "stream-name": encodeURI(stream),
      "expected-version": String(expected),
      "actual-version": String(actual)
    }
  )

export const maximumAppendSizeExceeded = (): GrpcError =>
  new GrpcError(status.invalidArgument, `Maximum Append Size of ${maximumAppendSize} Exceeded.`, {
    exception: "maximum-append-size-exceeded",
    "maximum-append-size": String(maximumAppendSize)
  })

/** Whatever the server did not foresee. */
export const unforeseen = (): GrpcError => new GrpcError(status.unknown, "Exception was thrown by handler.")

export const unexpectedResult = (type: "ReadStreamResult" | "ReadAllResult", result: string): GrpcError =>
  new GrpcError(status.unknown, `Unexpected ${type}: ${result}`)

export const invalidPosition = (): GrpcError =>
  new GrpcError(status.invalidArgument, "Trying to read from an invalid position.")

export const notReady = (): GrpcError => new GrpcError(status.unavailable, "Server Is Not Ready")
