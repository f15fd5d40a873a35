import { describe, expect, it } from "vitest"
import { namesRevision } from "../../../src/adapters/http/request/entity-tag.ts"

describe("If-None-Match", () => {
  it.each(['"3"', 'W/"3"', '"7", W/"3"', 'W/"7","3"', "*"])("%s names revision 3", (header) => {
    expect(namesRevision(header, 3)).toBe(true)
  })

  it.each([undefined, "", '"33"', 'W/"4"', '"4", W/"5"', "3", '"', "3*"])("%s does not", (header) => {
    expect(namesRevision(header, 3)).toBe(false)
  })
})
