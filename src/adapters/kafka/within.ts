import { BrokerFailure } from "../../application/ports/message-broker.ts"

/** The client has time-outs of its own, but not everywhere. Work that is late goes on; nobody waits for it any more. */
export const within = async <A>(millis: number, work: Promise<A>): Promise<A> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new BrokerFailure({ kind: "unreachable", code: "no_answer" })), millis)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
