import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { Messages } from "../../src/application/ports/messages.ts"
import { newMessage } from "../support/new-rows.ts"
import { savePage } from "../support/saved-page.ts"
import { sqliteLayer } from "../support/sqlite.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"
import { messagesContract } from "./messages.ts"

messagesContract("SQLite", () => sqliteLayer(temporaryFolder()))

it.live("SQLite: a page of messages is a mebibyte and one message at most; one that is there stays as it is", () =>
  Effect.gen(function* () {
    const { read } = yield* Messages
    const saved = [700_000, 700_000, 100, 3_000_000, 100].map((size, i) => newMessage(i + 1, "acmé", "x".repeat(size)))
    yield* savePage({ position: 5, messages: saved })
    const pages = [0, 2, 4].map((after) =>
      Effect.map(read(after, 1000), ({ messages }) => messages.map(({ position }) => position))
    )
    assert.deepStrictEqual(yield* Effect.all(pages), [[1, 2], [3, 4], [5]])
    yield* savePage({ messages: [newMessage(5)] })
    assert.deepStrictEqual((yield* read(4, 10)).messages, saved.slice(4))
  }).pipe(Effect.provide(sqliteLayer(temporaryFolder())))
)
