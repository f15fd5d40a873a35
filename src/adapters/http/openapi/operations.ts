import type { RouteKey } from "../routes/routes.ts"
import { auditOperations } from "./audit-operations.ts"
import { erasingOperations } from "./erasing-operations.ts"
import { feedOperations } from "./feed-operations.ts"
import { listOperations } from "./list-operations.ts"
import type { Operation } from "./operation.ts"
import { registrationOperations } from "./registration-operations.ts"
import { serviceOperations } from "./service-operations.ts"

/** What each route is to a caller; a route without a row does not compile. */
export const operations: { readonly [Key in RouteKey]: Operation } = {
  ...registrationOperations,
  ...listOperations,
  ...feedOperations,
  ...erasingOperations,
  ...auditOperations,
  ...serviceOperations
}
