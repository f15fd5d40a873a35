type RequestQueue = {
  readonly throttledUntil: number
  readonly pending: { readonly length: number }
}
type Prototype = { scheduleCheckPendingRequests: (this: RequestQueue) => void }

/**
 * KafkaJS 2.2.4 looks after an idle connection with a timer whose time is long past, again and again: some percent of a core on Node 24.
 * Nothing is to be looked after while nothing waits and nothing is throttled.
 */
export const guardIdleConnections = (prototype: Prototype): void => {
  const { scheduleCheckPendingRequests: schedule } = prototype
  prototype.scheduleCheckPendingRequests = function () {
    if (this.pending.length > 0 || this.throttledUntil > Date.now()) schedule.call(this)
  }
}
