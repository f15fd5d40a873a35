import { Effect } from "effect"
import { Pool } from "undici"

export type Host = { readonly pool: Pool; readonly prefix: string }

/** Kept-alive connections to one host, and the path in front of all others there. They are torn down with the scope. */
export const openHost = (baseUrl: string, options: { readonly timeoutMillis: number; readonly connections?: number }) =>
  Effect.acquireRelease(
    Effect.sync((): Host => {
      const { origin, pathname } = new URL(baseUrl)
      const { timeoutMillis, connections = 256 } = options
      // Each transmission has its own clock.
      const pool = new Pool(origin, { connections, connectTimeout: timeoutMillis, headersTimeout: 0, bodyTimeout: 0 })
      return { pool, prefix: pathname.replace(/\/+$/, "") }
    }),
    ({ pool }) => Effect.promise(() => pool.destroy())
  )
