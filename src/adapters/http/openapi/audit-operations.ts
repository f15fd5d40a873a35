import { Checkpoint } from "../answer/checkpoint-schema.ts"
import { checkpointExample } from "./audit-examples.ts"
import { curl, withKey } from "./curl.ts"
import type { Operation } from "./operation.ts"
import { keyed } from "./problem-sets.ts"

export const auditOperations = {
  "GET /v1/checkpoint": {
    id: "getCheckpoint",
    group: "Audit",
    summary: "Get the last checkpoint",
    description:
      "What was signed of the log last: whoever keeps its note elsewhere finds out later whether anything that it covers was changed, cut off or put back. 404 while none was signed.",
    scope: "audit:read",
    answers: {
      200: {
        description: "The checkpoint.",
        content: { mediaType: "application/json", schema: Checkpoint, example: checkpointExample }
      }
    },
    problems: [...keyed, "not_found", "unavailable"],
    curl: curl("$URL/v1/checkpoint", withKey)
  }
} as const satisfies { readonly [key: string]: Operation }
