import { expect, it } from "vitest"
import { makeStreamNames } from "../../../src/adapters/eventstoredb/stream-names.ts"
import { registrationId } from "../../../src/application/history/ids.ts"
import { newStream } from "../../support/stored-events.ts"

const registration = `registration-${registrationId("user", "u1", 1)}`

it.each(["", "o-"])("with the prefix %j our streams are ours, and their ends too", (prefix) => {
  const { isOurs, isDestroyed } = makeStreamNames(prefix)
  for (const name of ["certreg-log", registration, newStream()]) {
    const streamId = prefix + name
    expect([isOurs({ streamId, type: "Noted.v1" }), isDestroyed({ streamId, type: "Noted.v1" })]).toEqual([true, false])
    const end = { streamId, type: "$streamDeleted" }
    expect([isOurs(end), isDestroyed(end)]).toEqual([false, true])
  }
})

it.each([
  "certreg-log-1",
  "certreg-probe",
  "registration-",
  "registration-x",
  `${registration}-`,
  `${registration}\n`,
  `registration-${registration.slice("registration-".length).toUpperCase()}`,
  `registration-${registration}`,
  "registration-certreg-log",
  `other-${registration}`
])("%j is none of ours, whatever happens to it", (name) => {
  for (const prefix of ["", "o-"]) {
    const { isOurs, isDestroyed } = makeStreamNames(prefix)
    for (const type of ["Noted.v1", "$streamDeleted"]) {
      expect(isOurs({ streamId: prefix + name, type })).toBe(false)
      expect(isDestroyed({ streamId: prefix + name, type })).toBe(false)
    }
  }
  for (const streamId of [registration, `x-${registration}`])
    expect(makeStreamNames("o-").isOurs({ streamId, type: "Noted.v1" })).toBe(false)
})
