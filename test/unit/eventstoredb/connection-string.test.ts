import { parseConnectionString } from "@eventstore/db-client/dist/Client/parseConnectionString.js"
import { expect, it } from "vitest"
import { withConnectionOfItsOwn } from "../../../src/adapters/eventstoredb/connection-string.ts"

const options = (text: string, generation: number) => parseConnectionString(withConnectionOfItsOwn(text, generation))

it.each(["esdb://host", "esdb://host/", " esdb://host?tls=false ", "esdb://host?keepAliveTimeout=5000"])(
  "%s gives each client a connection of its own, and keeps what it says",
  (text) => {
    const [first, second] = [options(text, 0), options(text, 1)]
    const { keepAliveTimeout = 10_000, ...rest } = parseConnectionString(text)
    expect(first).toEqual({ keepAliveInterval: 10_000, keepAliveTimeout, ...rest })
    expect(second).toEqual({ ...first, keepAliveTimeout: keepAliveTimeout + 1 })
  }
)

it.each([-1, 2 ** 31, Number.MAX_SAFE_INTEGER])(
  "with %i a timer waits as long as it can, and not for a moment",
  (millis) => {
    const { keepAliveInterval, keepAliveTimeout } = options(
      `esdb://host?keepAliveInterval=${millis}&keepAliveTimeout=${millis}`,
      7
    )
    for (const held of [keepAliveInterval, keepAliveTimeout]) {
      expect(held).toBeGreaterThan(1_000_000_000)
      expect(held).toBeLessThan(2 ** 31)
    }
  }
)
