import { said } from "./openapi-breaks.ts"
import { schemaBreaks } from "./schema-breaks.ts"
import type { Json } from "./shapes.ts"

/** Which events of released versions could not be read any more, or not whole, by their stored names. */
export const storedBreaks = (released: Json, now: Json): ReadonlyArray<string> =>
  Object.entries(released).flatMap(([name, schema]) => {
    if (!Object.hasOwn(now, name)) return [`stored ${name} is gone`]
    const breaks = schemaBreaks("taken", { schema, root: released }, { schema: now[name], root: now })
    return breaks.map((one) => `stored ${name}: ${said(one)}`)
  })
