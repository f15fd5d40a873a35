/** Status codes of gRPC. */
export const status = {
  ok: 0,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  failedPrecondition: 9,
  unimplemented: 12,
  internal: 13,
  unavailable: 14
} as const

/** Ends a call with a status, and with trailers that say more. */
export class GrpcError extends Error {
  readonly code: number
  readonly trailers: Readonly<Record<string, string>>

  constructor(code: number, message: string, trailers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.code = code
    this.trailers = trailers
  }
}

/** Nobody waits for this call any more. */
export class CallEnded extends Error {}

/** As it may stand in a header: bytes that are not printable ASCII, and `%` itself, by their hex digits. */
const printable = (message: string): string =>
  Array.from(Buffer.from(message), (byte) =>
    byte >= 0x20 && byte < 0x7f && byte !== 0x25
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`
  ).join("")

export const trailersOf = ({ code, message, trailers }: GrpcError): Record<string, string> => ({
  "grpc-status": String(code),
  "grpc-message": printable(message),
  ...trailers
})
