import type { IncomingMessage } from "node:http"
import type { FastifyRequest } from "fastify"
import { newId } from "../../../application/history/ids.ts"
import { readUuid } from "../../../application/uuid.ts"

const sane = /^[A-Za-z0-9._-]{1,128}$/

/** The caller's own id of its request where it is sane, else a new one. */
export const requestIdOf = ({ headers }: IncomingMessage): string => {
  const given = headers["x-request-id"]
  return typeof given === "string" && sane.test(given) ? given : newId()
}

/** One per registration: the id of the request that started it where that is a UUID. */
export const correlationIdOf = ({ id }: FastifyRequest): string => readUuid(id) ?? newId()
