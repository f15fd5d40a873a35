import { writeListCursor } from "../request/list-cursor.ts"
import { registrationExamples } from "./examples.ts"

const { issued } = registrationExamples

export const registrationPageExample = {
  items: [issued],
  nextCursor: writeListCursor({ requestedAt: Date.parse(issued.requestedAt), id: issued.id })
}

export const statsExample = {
  byState: {
    requested: 2,
    awaiting_images: 14,
    ready_to_confirm: 1,
    awaiting_verdict: 6,
    identity_verified: 3,
    issued: 4810,
    rejected: 197,
    failed: 12,
    withdrawn: 31,
    expired: 88
  },
  last24h: { requested: 164, issued: 141, rejected: 6, failed: 1 },
  timeToVerdictSeconds: { p50: 41.2, p95: 388.7 }
}
