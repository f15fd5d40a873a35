import { checkpointStream } from "../history/ids.ts"

/** What a checkpoint is told by, after "the": the revision in its stream. */
export const checkpointAt = (revision: number): string =>
  `checkpoint at revision ${revision} of the stream ${checkpointStream}`
