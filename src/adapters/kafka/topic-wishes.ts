/** How an operator wishes a topic; what is not given follows from the cluster. */
export type TopicWishes = {
  readonly partitions: number
  readonly replication: number | undefined
  readonly minInsync: number | undefined
  /** Milliseconds. */
  readonly retention: number | "forever"
}
