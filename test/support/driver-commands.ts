import { randomUUID } from "node:crypto"
import { Effect, Redacted } from "effect"
import { load } from "../../src/application/history/load.ts"
import { sealUrls } from "../../src/application/personal-data.ts"
import { transact } from "../../src/application/transact.ts"
import type { RegistrationCommand } from "../../src/domain/registration/commands.ts"

const actor = { kind: "process", id: "test" } as const

/** A command as the driver gives it. */
export const command = (id: string, given: RegistrationCommand) => transact(id, given, { actor })

/** What the driver does with the platform's URLs; answers the submission. */
export const issueUrls = Effect.fnUntraced(function* (id: string, base: string) {
  const { state } = yield* load(id)
  if (state._tag === "Initial") return yield* Effect.die("no such registration")
  const n = state.submissions
  yield* command(id, { _tag: "ClaimUrls", try: n, sessionId: randomUUID(), owner: "test" })
  const urls = Redacted.make({ ktp: `${base}/ktp`, selfie: `${base}/selfie` })
  const submissionId = randomUUID()
  yield* command(id, {
    _tag: "RecordUrls",
    try: n,
    submissionId,
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    urls: yield* sealUrls(id, state.request.personal.keyId, urls)
  })
  return submissionId
})
