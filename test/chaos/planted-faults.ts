import { randomUUID } from "node:crypto"
import { Effect } from "effect"
import type { Call } from "../../src/application/ports/esign-platform.ts"
import type { SavedPage } from "../../src/application/ports/views.ts"

export const faultVariable = "CHAOS_FAULT"

type Member = (...args: ReadonlyArray<unknown>) => unknown
type Fault = { readonly method: string; readonly make: (member: Member) => Member }

/** Adapters that break their word: what the checks must find. */
const faults = {
  /** Acknowledges every tenth append without writing it. */
  "forgotten-append": {
    method: "EventStore.append",
    make: (append) => {
      let count = 0
      return (...args) => (++count % 10 === 0 ? Effect.void : append(...args))
    }
  },
  "fresh-session-confirm": {
    method: "EsignPlatform.confirm",
    make:
      (confirm) =>
      (call, ...rest) =>
        confirm({ ...(call as Call), sessionId: randomUUID() }, ...rest)
  },
  /** Repeats a URL call that was answered, under another session id. */
  "urls-twice": {
    method: "EsignPlatform.issueUrls",
    make: (issueUrls) => (call) =>
      Effect.andThen(
        issueUrls(call) as Effect.Effect<unknown>,
        issueUrls({ ...(call as Call), sessionId: randomUUID() }) as Effect.Effect<unknown>
      )
  },
  /** Saves the position at once, and the rows with the next ones: a crash alone shows it. */
  "late-rows": {
    method: "Views.save",
    make: (save) => {
      let late: SavedPage["rows"] = []
      return (page) => {
        const due = late
        const { rows } = page as SavedPage
        late = rows
        return save({ ...(page as SavedPage), rows: due })
      }
    }
  }
} as const satisfies Record<string, Fault>
export type PlantedFault = keyof typeof faults

/** What stands behind a method when a fault is planted: by its name, or none. */
export const planting =
  (name: string | undefined) =>
  (method: string, member: unknown): unknown => {
    const fault = faults[name as PlantedFault] as Fault | undefined
    return fault?.method === method ? fault.make(member as Member) : member
  }
