import type { Log } from "../../application/ports/log.ts"

/** Says once that the log is not followed, by whomever, and once that it is again, by all who still want to. */
export const makeInterruptions = <A>({ info, warn }: Pick<Log["Service"], "info" | "warn">) => {
  const [interrupted, following] = [new Set<A>(), new Set<A>()]
  let since: number | undefined
  const look = () => {
    if (since === undefined || interrupted.size > 0 || following.size === 0) return
    info("feed_resumed", { millis: Math.round(performance.now() - since) })
    since = undefined
  }
  return {
    begin: (who: A, code: string): void => {
      following.delete(who)
      interrupted.add(who)
      if (since !== undefined) return
      since = performance.now()
      warn("feed_interrupted", { code })
    },
    /** It follows the log. */
    end: (who: A): void => {
      interrupted.delete(who)
      following.add(who)
      look()
    },
    /** It does not want to follow the log any more. */
    forget: (who: A): void => {
      interrupted.delete(who)
      following.delete(who)
      look()
    }
  }
}
