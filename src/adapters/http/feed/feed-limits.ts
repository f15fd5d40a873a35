/** Bounds of event streams. Times in milliseconds. */
export type FeedLimits = {
  /** Streams that are open at once. */
  readonly mostStreams: number
  /** Between two comments of a stream. */
  readonly heartbeat: number
  /** How long new messages may wait for others, to be sent together. */
  readonly gather: number
  /** Between two looks: at messages that nobody told of, at keys, at readers that take nothing. */
  readonly look: number
  /** How long a reader may take nothing of what waits for it. */
  readonly patience: number
}

export const usualFeedLimits: FeedLimits = {
  mostStreams: 2000,
  heartbeat: 15_000,
  gather: 50,
  look: 1000,
  // A kernel takes much before it asks for more: a slow reader looks like one that stands still.
  patience: 120_000
}
