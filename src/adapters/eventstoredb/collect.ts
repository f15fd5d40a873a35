import type { StreamingRead } from "@eventstore/db-client"

/**
 * Takes what a read of the client brings until `take` says that it is enough; answers whether the read came to its end. One that was abandoned
 * has no answer: the client lets a cancelled read end as one does that has brought everything.
 */
export const collect = <A>(
  reading: StreamingRead<A>,
  take: (item: A) => boolean,
  onAbandoned: (cancel: () => void) => void
): Promise<boolean> =>
  new Promise((resolve, reject) => {
    let isOver = false
    const cancel = () => {
      isOver = true
      // It waits for a call that may not have begun, and fails with it.
      reading.cancel().catch(() => {})
    }
    onAbandoned(cancel)
    // It stays: an error that nobody hears ends the process.
    reading.on("error", reject)
    reading.on("end", () => {
      if (!isOver) resolve(true)
    })
    reading.on("data", (item: A) => {
      // Nor may it throw: nobody would catch that.
      try {
        if (isOver || take(item)) return
        resolve(false)
      } catch (error) {
        reject(error)
      }
      cancel()
    })
  })
