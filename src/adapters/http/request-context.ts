import type { Caller } from "../../application/caller.ts"

declare module "fastify" {
  /** What becomes known of a request on its way, for its answer and its log line. */
  interface FastifyRequest {
    caller: Caller | undefined
    registrationId: string | undefined
    correlationId: string | undefined
    /** Of the caller's `traceparent`. */
    traceId: string | undefined
    /** Tag of the error that it is answered with. */
    errorTag: string | undefined
  }
  interface FastifyInstance {
    isStopping: () => boolean
  }
}
