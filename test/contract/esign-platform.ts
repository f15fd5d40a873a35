import { randomUUID } from "node:crypto"
import { Effect, type Layer, ManagedRuntime, Redacted, Schema } from "effect"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "vitest"
import {
  type Call,
  EsignPlatform,
  type PlatformRefused,
  type PlatformUnavailable,
  Superseded
} from "../../src/application/ports/esign-platform.ts"
import { Personal } from "../../src/domain/applicant/personal.ts"
import { type SimulatorProcess, startSimulator } from "../support/simulator.ts"
import { jpeg, person, soon, USER_TYPE, userWith } from "../support/simulator-partner.ts"

/** For calls that hang. Any other call may run out of it as well. */
const shortly = 500
type Failure = PlatformUnavailable | PlatformRefused | Superseded

export const callOf = (partnerUserId: string, mayTransmit: Call["mayTransmit"] = Effect.void): Call => ({
  user: { partnerUserId, partnerUserIdType: USER_TYPE },
  sessionId: randomUUID(),
  mayTransmit
})

/** Somebody else each time. */
export const somebody = ({ nik, email, phoneNumber } = person()) =>
  Redacted.make(
    Schema.decodeUnknownSync(Personal)({
      applicant: {
        name: "Siti Rahmawati",
        nik,
        dateOfBirth: "1990-11-30",
        email: { address: email, verificationReferenceId: "otp-1" },
        phoneNumber: { number: phoneNumber, verificationReferenceId: "otp-2" }
      },
      locale: "id_ID",
      consents: [
        {
          entity: "Digi",
          type: "termsAndConditions",
          givenAt: "2026-11-23T17:00:00.250+07:00",
          documents: { id_ID: { url: "https://example.id/syarat", text: "Syarat" } },
          device: { userAgent: "agent", ip: "203.0.113.7", os: "Android" }
        }
      ]
    })
  )

export type EsignPlatformLayer = (config: {
  readonly baseUrl: string
  readonly tokenBaseUrl: string
  readonly clientId: string
  readonly passKey: Redacted.Redacted<string>
  readonly onboardingPartner: string
  readonly timeoutMillis: number
}) => Layer.Layer<EsignPlatform>

/** What every Esign platform adapter does, whatever happens on the way (contract/esign-api §3 to §5). */
export const esignPlatformContract = (name: string, adapter: EsignPlatformLayer) =>
  describe(`EsignPlatform: ${name}`, () => {
    let simulator: SimulatorProcess
    let runtime: ManagedRuntime.ManagedRuntime<EsignPlatform, never>

    const layerOf = ({ passKey = simulator.credentials.passKey, timeoutMillis = 60_000 } = {}) =>
      adapter({
        ...simulator.credentials,
        baseUrl: simulator.baseUrl,
        tokenBaseUrl: simulator.tokenBaseUrl,
        passKey: Redacted.make(passKey),
        timeoutMillis
      })
    const opening: Array<ManagedRuntime.ManagedRuntime<EsignPlatform, never>> = []
    /** An adapter of its own, that knows no token yet. */
    const another = (change: Parameters<typeof layerOf>[0] = {}) => {
      const own = ManagedRuntime.make(layerOf(change))
      opening.push(own)
      return own
    }

    beforeAll(async () => {
      simulator = await startSimulator({ slowMs: 30, hangMs: 600_000 })
      runtime = ManagedRuntime.make(layerOf())
    })
    afterAll(async () => {
      await runtime.dispose()
      await simulator.stop()
    })
    afterEach(async () => {
      for (const own of opening.splice(0)) await own.dispose()
      assert.deepStrictEqual((await simulator.ledger()).violations, [])
      await simulator.reset()
    })

    const platform = <A, E>(use: (platform: EsignPlatform["Service"]) => Effect.Effect<A, E>) =>
      Effect.flatMap(EsignPlatform, use)
    const run = <A, E>(use: (platform: EsignPlatform["Service"]) => Effect.Effect<A, E>): Promise<A> =>
      runtime.runPromise(platform(use))
    const failure = async <E>(use: (platform: EsignPlatform["Service"]) => Effect.Effect<unknown, E>): Promise<E> =>
      runtime.runPromise(Effect.flip(platform(use)))

    const opened = async (userId: string) => {
      const { submissionId, urls } = await run((esign) => esign.issueUrls(callOf(userId)))
      return { submissionId, ...Redacted.value(urls) }
    }
    const uploaded = async (userId: string) => {
      const { submissionId, ktp, selfie } = await opened(userId)
      for (const url of [ktp, selfie])
        await fetch(url, { method: "PUT", body: jpeg, headers: { "content-type": "image/jpeg" } })
      return submissionId
    }
    const confirmed = async (userId: string, who = somebody()) => {
      const submissionId = await uploaded(userId)
      await run((esign) => esign.confirm(callOf(userId), submissionId, who))
      return submissionId
    }
    const polled = (userId: string, submissionId: string) => run((esign) => esign.poll(callOf(userId), submissionId))
    /** The answer once it is the wanted one; `said` is its status. */
    const verdict = (userId: string, submissionId: string, said: string) =>
      soon(async () => {
        const answer = await polled(userId, submissionId)
        assert.strictEqual(answer._tag === "Known" ? answer.status : answer._tag, said)
        return answer
      })
    /** The user's calls of one kind as the platform saw them; none of a user that it does not know. */
    const callsOf = async (userId: string, call: string) => {
      const { calls } = await simulator.user(userId).catch(() => ({ calls: [] }))
      return calls.filter((one) => one.call === call)
    }
    const tokenCalls = async () => (await simulator.ledger()).calls.token

    type Kind = "urls" | "confirm" | "poll"
    const kinds: ReadonlyArray<Kind> = ["urls", "confirm", "poll"]
    /** What a call of a kind needs done before it, and then the call itself. */
    const prepared = async (kind: Kind, userId: string) => {
      const submissionId = kind === "urls" ? "" : await uploaded(userId)
      const who = somebody()
      return (call: Call) =>
        (esign: EsignPlatform["Service"]): Effect.Effect<unknown, Failure> => {
          if (kind === "urls") return esign.issueUrls(call)
          return kind === "confirm" ? esign.confirm(call, submissionId, who) : esign.poll(call, submissionId)
        }
    }

    it("carries a registration from its URLs to its certificate", async () => {
      const userId = userWith()
      const { nik, ...contacts } = person()
      const submissionId = await confirmed(userId, somebody({ ...contacts, nik: "9771016112909007" }))

      const answer: unknown = await verdict(userId, submissionId, "COMPLETED")
      const [submission] = (await simulator.user(userId)).submissions
      assert.deepStrictEqual(answer, {
        _tag: "Known",
        submissionId,
        status: "COMPLETED",
        result: "VALID",
        verification: { nik: "PASS", name: "PASS", dateOfBirth: "PASS", selfie: "PASS" },
        certificateRegistrationId: submission?.certificateId,
        processedAt: new Date(submission?.changes.at(-1)?.at ?? 0).toISOString()
      })
      assert.include(submission?.confirmBody, '"nik":9771016112909007,')
    })

    it("opens a submission and says how long its URLs last", async () => {
      const userId = userWith()
      await simulator.script({ settings: { urlTtl: 3600 } })
      const issued = await run((esign) => esign.issueUrls(callOf(userId)))
      await simulator.script({ settings: { urlTtl: 432_000 } })
      assert.strictEqual(issued.lifetime, 3_600_000)
      assert.strictEqual(issued.submissionId, (await simulator.user(userId)).submissions[0]?.submissionId)
      assert.isTrue(Redacted.isRedacted(issued.urls))
      assert.notInclude(JSON.stringify(issued), "X-Amz")
    })

    it("opens the same submission again under the same session id", async () => {
      const call = callOf(userWith())
      const [first, second] = [await run((esign) => esign.issueUrls(call)), await run((esign) => esign.issueUrls(call))]
      assert.strictEqual(first.submissionId, second.submissionId)
    })

    describe("the token", () => {
      it("is fetched once for a hundred calls at once", async () => {
        await another().runPromise(
          platform((esign) =>
            Effect.all(
              Array.from({ length: 100 }, () => esign.issueUrls(callOf(userWith()))),
              {
                concurrency: "unbounded"
              }
            )
          )
        )
        assert.strictEqual(await tokenCalls(), 1)
      })

      it("is fetched once more for a hundred calls that it was turned away in", async () => {
        await opened(userWith())
        await simulator.expireTokens()
        const before = await tokenCalls()
        const userIds = Array.from({ length: 100 }, () => userWith())
        await run((esign) =>
          Effect.all(
            userIds.map((userId) => esign.issueUrls(callOf(userId))),
            { concurrency: "unbounded" }
          )
        )
        assert.strictEqual(await tokenCalls(), before + 1)
      })

      it("that ran out is replaced before a call is made with it", async () => {
        await simulator.script({ settings: { tokenTtl: 1 } })
        const lonely = another()
        // A call can be on its way for so long that its token runs out meanwhile: not each time.
        await soon(async () => {
          const [userId, before] = [userWith(), await tokenCalls()]
          while ((await tokenCalls()) < before + 3)
            await lonely.runPromise(platform((esign) => esign.issueUrls(callOf(userId))))
          assert.deepStrictEqual(
            (await callsOf(userId, "urls")).filter(({ status }) => status !== 200),
            []
          )
        })
        await simulator.script({ settings: { tokenTtl: 1800 } })
      })

      it.each([500, 401, 429, "drop", "garbage", "empty", "failure", "cut"])(
        "that cannot be had (%s) is an outage without effect, and is fetched again for the next call",
        async (fault) => {
          const userId = userWith()
          const lonely = another()
          await simulator.script({ faults: { token: [fault] } })
          const issue = platform((esign) => esign.issueUrls(callOf(userId)))
          const error = await lonely.runPromise(Effect.flip(issue))
          assert.include(error, { _tag: "PlatformUnavailable", operation: "token", effect: "none" })
          if (fault === 429) assert.include(error, { code: "http_429", retryAfter: 1000 })
          await lonely.runPromise(issue)
          assert.strictEqual((await callsOf(userId, "urls")).length, 1)
        }
      )

      it("that does not come in time is an outage without effect, and is fetched again for the next call", async () => {
        const userId = userWith()
        const lonely = another({ timeoutMillis: shortly })
        await simulator.script({ faults: { token: ["hang"] } })
        const issue = platform((esign) => esign.issueUrls(callOf(userId)))
        assert.include(await lonely.runPromise(Effect.flip(issue)), {
          _tag: "PlatformUnavailable",
          operation: "token",
          effect: "none",
          code: "timeout"
        })
        assert.lengthOf(await callsOf(userId, "urls"), 0)
        await soon(() => lonely.runPromise(issue))
      })

      it("that wrong credentials ask for is an outage", async () => {
        const stranger = another({ passKey: "wrong" })
        const error = await stranger.runPromise(Effect.flip(platform((esign) => esign.issueUrls(callOf(userWith())))))
        assert.include(error, { _tag: "PlatformUnavailable", operation: "token", effect: "none", code: "http_401" })
      })
    })

    describe.each(kinds)("%s", (kind) => {
      it("is made once more under the same session id when its token was turned away", async () => {
        const userId = userWith()
        const act = await prepared(kind, userId)
        await simulator.expireTokens()
        const [before, call] = [await tokenCalls(), callOf(userId)]
        await run(act(call))
        const calls = await callsOf(userId, kind)
        assert.deepStrictEqual(
          calls.slice(-2).map(({ session, status }) => [session, status]),
          [
            [call.sessionId, 401],
            [call.sessionId, 200]
          ]
        )
        assert.strictEqual(await tokenCalls(), before + 1)
      })

      it("is an outage without effect when it is turned away again", async () => {
        const userId = userWith()
        const act = await prepared(kind, userId)
        await simulator.script({ user: userId, faults: { [kind]: { always: 401 } } })
        const [before, made] = [await tokenCalls(), (await callsOf(userId, kind)).length]
        const error = await failure(act(callOf(userId)))
        assert.include(error, { _tag: "PlatformUnavailable", operation: kind, effect: "none", code: "http_401" })
        assert.strictEqual((await callsOf(userId, kind)).length, made + 2)
        assert.strictEqual(await tokenCalls(), before + 1)
      })

      it("asks before each transmission whether it may be made, and makes none that may not", async () => {
        const userId = userWith()
        const act = await prepared(kind, userId)
        const made = (await callsOf(userId, kind)).length
        const seen: Array<number> = []
        /** Allows so many transmissions; notes how many calls the platform had seen by then. */
        const allowing = (most: number) =>
          callOf(
            userId,
            Effect.flatMap(
              Effect.promise(() => callsOf(userId, kind)),
              (calls) => {
                seen.push(calls.length - made)
                return seen.length > most ? Effect.fail(new Superseded()) : Effect.void
              }
            )
          )
        assert.strictEqual((await failure(act(allowing(0))))._tag, "Superseded")
        assert.deepStrictEqual(seen.splice(0), [0])
        await simulator.expireTokens()
        assert.strictEqual((await failure(act(allowing(1))))._tag, "Superseded")
        assert.deepStrictEqual(seen.splice(0), [0, 1])
        await run(act(allowing(2)))
        assert.deepStrictEqual(seen, [1])
        assert.strictEqual((await callsOf(userId, kind)).length, made + 2)
      })

      it.each([
        [500, "http_500"],
        [503, "http_503"],
        ["500-after", "http_500"],
        [409, "http_409"],
        ["redirect", "http_307"],
        [{ status: 400, text: "<html>Bad Request</html>" }, "http_400"],
        [{ status: 403, text: "" }, "http_403"],
        [{ status: 404, text: "{}" }, "http_404"],
        ["garbage", "unreadable_answer"],
        ["garbage-after", "unreadable_answer"],
        ["empty", "unreadable_answer"],
        ["failure", "unreadable_answer"],
        ["drop", "UND_ERR_SOCKET"],
        ["drop-after", "UND_ERR_SOCKET"],
        ["cut", undefined]
      ])("answered by %j is an outage of unknown effect", async (fault, code) => {
        const userId = userWith()
        const act = await prepared(kind, userId)
        await simulator.script({ user: userId, faults: { [kind]: [fault] } })
        const error = await failure(act(callOf(userId)))
        assert.include(error, { _tag: "PlatformUnavailable", operation: kind, effect: "unknown" })
        if (code !== undefined) assert.propertyVal(error, "code", code)
        assert.notProperty(error, "retryAfter")
      })

      it.each(["hang", "hang-after"])("not answered in time (%s) is an outage of unknown effect", async (fault) => {
        const userId = userWith()
        const act = await prepared(kind, userId)
        await simulator.script({ user: userId, faults: { [kind]: { always: fault } } })
        const impatient = another({ timeoutMillis: shortly })
        const error = await soon(async () => {
          const met = await impatient.runPromise(Effect.flip(platform(act(callOf(userId)))))
          // On a slow machine it is the token that does not come in time.
          assert.notInclude(met, { operation: "token" })
          return met
        })
        assert.include(error, { _tag: "PlatformUnavailable", operation: kind, effect: "unknown", code: "timeout" })
      })

      it("answered by 429 is an outage without effect that says when to come again", async () => {
        const userId = userWith()
        const act = await prepared(kind, userId)
        await simulator.script({ user: userId, faults: { [kind]: [{ status: 429, retryAfter: 17 }] } })
        assert.include(await failure(act(callOf(userId))), {
          _tag: "PlatformUnavailable",
          effect: "none",
          code: "http_429",
          retryAfter: 17_000
        })
      })

      it.each([
        [400, "1653", "SUBMISSION_ID_DOES_NOT_BELONG_TO_CURRENT_USER"],
        [403, "110", "ONBOARDING_PARTNER_DOES_NOT_BELONG_TO_CLIENT"],
        [400, "NEW-7.x_1", "SOMETHING_NEW_9"]
      ])("refused with %i %s %s is refused for good, in the platform's words", async (status, code, cause) => {
        const userId = userWith()
        const act = await prepared(kind, userId)
        await simulator.script({ user: userId, faults: { [kind]: [{ status, code, cause }] } })
        const { _tag, operation, reasonCode, platformCode } = (await failure(act(callOf(userId)))) as PlatformRefused
        assert.deepStrictEqual(
          { _tag, operation, reasonCode, platformCode },
          { _tag: "PlatformRefused", operation: kind, reasonCode: cause, platformCode: code }
        )
      })

      it("refused in free text, which may be personal, is refused without words", async () => {
        const userId = userWith()
        const act = await prepared(kind, userId)
        for (const [code, cause] of [
          ["the code", "NIK 3174096112900001 is taken"],
          ["x".repeat(41), "siti@example.id"],
          ["3174096112900001", "TAKEN_BY_3174096112900001"]
        ]) {
          await simulator.script({ user: userId, faults: { [kind]: [{ status: 400, code, cause }] } })
          const error = await failure(act(callOf(userId)))
          assert.strictEqual(error._tag, "PlatformRefused")
          assert.notProperty(error, "reasonCode")
          assert.notProperty(error, "platformCode")
        }
      })

      it("is torn down when it is interrupted", async () => {
        const userId = userWith()
        const act = await prepared(kind, userId)
        await simulator.script({ user: userId, faults: { [kind]: ["hang"] } })
        const fiber = runtime.runFork(platform(act(callOf(userId))))
        await soon(async () => assert.propertyVal((await callsOf(userId, kind)).at(-1), "fault", "hang"))
        fiber.interruptUnsafe()
        await soon(async () => assert.propertyVal((await callsOf(userId, kind)).at(-1), "status", "dropped"))
      })
    })

    describe("a poll", () => {
      it.each(["unconfirmed-404", "no-partial"])("before the confirmation (%s) says so", async (value) => {
        const userId = userWith(value)
        assert.deepStrictEqual(await polled(userId, (await opened(userId)).submissionId), { _tag: "NotConfirmed" })
      })

      it("says when the platform answers for another submission", async () => {
        const userId = userWith()
        const submissionId = await confirmed(userId)
        const other = await simulator.openElsewhere(userId, USER_TYPE)
        const another = { _tag: "AnotherSubmission", submissionId: other, isConfirmed: false } as const
        assert.deepStrictEqual(await polled(userId, submissionId), another)
        assert.notStrictEqual(submissionId, other)
      })

      it.each([
        ["rejected-NOT_EKTP", "COMPLETED", { result: "INVALID", reasonCode: "NOT_EKTP" }],
        ["rejected-A_NEW_REASON_7", "COMPLETED", { result: "INVALID", reasonCode: "A_NEW_REASON_7" }],
        ["failed-SYSTEM_ERROR", "ERROR", { reasonCode: "SYSTEM_ERROR" }],
        ["partial-only", "PARTIALLY_COMPLETED", { result: "VALID" }],
        ["no-result", "COMPLETED", {}],
        ["mixed-case", "COMPLETED", { result: "VALID" }],
        ["null-fields", "COMPLETED", { result: "VALID" }],
        ["upper-ids", "COMPLETED", { result: "VALID" }]
      ])("of a submission with %s says %s", async (value, status, rest) => {
        const userId = userWith(value)
        const submissionId = await confirmed(userId)
        const answer: object = await verdict(userId, submissionId, status)
        assert.include(answer, { submissionId, status, ...rest })
        for (const field of ["result", "reasonCode"]) if (!(field in rest)) assert.notProperty(answer, field)
        const [submission] = (await simulator.user(userId)).submissions
        if (value === "upper-ids")
          assert.propertyVal(answer, "certificateRegistrationId", submission?.certificateId?.toLowerCase())
      })
    })
  })
