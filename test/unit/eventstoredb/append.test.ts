import type { RecordedEvent } from "@eventstore/db-client"
import { Effect, Result } from "effect"
import { describe, expect, it } from "vitest"
import { makeAppend } from "../../../src/adapters/eventstoredb/append.ts"
import type { CallFailed } from "../../../src/adapters/eventstoredb/call-failed.ts"
import { KnownTips } from "../../../src/adapters/eventstoredb/known-tips.ts"
import { makeStreamNames } from "../../../src/adapters/eventstoredb/stream-names.ts"
import { type NewEvent, noStream } from "../../../src/application/ports/event-store.ts"
import { Log } from "../../../src/application/ports/log.ts"
import { newEvents } from "../../support/stored-events.ts"

type Found = ReadonlyArray<Pick<NewEvent, "id" | "revision">>

const conflict: CallFailed = { outcome: "conflict", code: "wrong_expected_version" }
const stream = "registration-a"
const events = newEvents(stream, noStream, 2)
const others = newEvents(stream, noStream, 2)

/** What becomes of an append that the server does not take, where these events lie at its place. */
const appendBeside = (failure: CallFailed, found: Found | CallFailed) => {
  const refusals: Array<string> = []
  const append = makeAppend({
    call: () => Effect.fail(failure),
    pages: {
      from: (name, revision, count) => {
        expect([name, revision, count]).toEqual([`prefix-${stream}`, 0, 2])
        return "code" in found
          ? Effect.fail(found)
          : Effect.succeed(
              found.map((event) => ({ ...event, revision: BigInt(event.revision) }) as unknown as RecordedEvent)
            )
      },
      last: () => Effect.die("nobody asks")
    },
    names: makeStreamNames("prefix-"),
    knownTips: new KnownTips(),
    log: Log.of({ debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }),
    onAppended: () => {},
    onRefused: () => void refusals.push("refused")
  })
  const outcome = Effect.runSync(Effect.result(append(stream, noStream, events)))
  const said = Result.match(outcome, {
    onSuccess: () => "stored",
    onFailure: (error) => ("stored" in error ? `${error.stored} ${error.code}` : error._tag)
  })
  return [said, refusals.length]
}

describe("an append whose place is taken", () => {
  const [a, b] = events as [NewEvent, NewEvent]
  const [c, d] = others as [NewEvent, NewEvent]
  it.each<[string, Found | CallFailed, unknown]>([
    ["is stored when its own events lie there: its answer had been lost", [a, b], ["stored", 0]],
    ["was too late when others lie there", [c, d], ["RevisionConflict", 0]],
    ["was too late when nothing lies there", [], ["RevisionConflict", 0]],
    ["was too late when only its first event lies there", [a], ["RevisionConflict", 0]],
    ["was too late when its first event lies there, and then another", [a, d], ["RevisionConflict", 0]],
    [
      "was too late when its events lie elsewhere",
      [
        { ...a, revision: 1 },
        { ...b, revision: 2 }
      ],
      ["RevisionConflict", 0]
    ],
    ["was too late when the stream is gone", { outcome: "refused", code: "stream_deleted" }, ["RevisionConflict", 0]],
    [
      "is of unknown outcome when nobody says what lies there",
      { outcome: "unknown", code: "unavailable" },
      ["unknown unavailable", 1]
    ]
  ])("%s", (_, found, expected) => {
    expect(appendBeside(conflict, found)).toEqual(expected)
  })

  it("was too late for good when the stream was destroyed", () => {
    expect(appendBeside({ outcome: "refused", code: "stream_deleted" }, [])).toEqual(["RevisionConflict", 0])
  })

  it.each([
    [{ outcome: "refused", code: "access_denied" }, ["no access_denied", 1]],
    [{ outcome: "unknown", code: "unavailable" }, ["unknown unavailable", 1]]
  ] as const)("and any other failure is told as it is (%j)", (failure, expected) => {
    expect(appendBeside(failure, [])).toEqual(expected)
  })
})
