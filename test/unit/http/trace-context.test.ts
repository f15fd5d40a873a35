import { expect, it } from "vitest"
import { traceIdOf } from "../../../src/adapters/http/request/trace-context.ts"

const traceId = "0af7651916cd43dd8448eb211c80319c"
const parentId = "b7ad6b7169203331"

it.each([`00-${traceId}-${parentId}-01`, `00-${traceId}-${parentId}-00`, `cc-${traceId}-${parentId}-01-what-comes`])(
  "%s has a trace id",
  (given) => expect(traceIdOf(given)).toBe(traceId)
)

it.each([
  undefined,
  "",
  traceId,
  `ff-${traceId}-${parentId}-01`,
  `00-${traceId}-${parentId}-01-more`,
  `01-${traceId}-${parentId}-01.more`,
  `00-${traceId.toUpperCase()}-${parentId}-01`,
  `00-${"0".repeat(32)}-${parentId}-01`,
  `00-${traceId}-${"0".repeat(16)}-01`,
  `00-${traceId.slice(1)}-${parentId}-01`,
  `00-${traceId}-${parentId}-1`,
  `00-${traceId}-${parentId}-01\n`,
  ` 00-${traceId}-${parentId}-01`,
  `00-${traceId}-${parentId}-01, 00-${traceId}-${parentId}-01`,
  [`00-${traceId}-${parentId}-01`]
])("%j is no traceparent", (given) => expect(traceIdOf(given)).toBeUndefined())
