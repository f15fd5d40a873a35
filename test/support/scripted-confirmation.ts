import { Context, Effect, Layer, ManagedRuntime, Redacted } from "effect"
import { expect, onTestFinished, vi } from "vitest"
import { Changes } from "../../src/application/changes.ts"
import { confirm, isUnsent } from "../../src/application/driving/confirm.ts"
import { Failures } from "../../src/application/driving/failures.ts"
import { Gate } from "../../src/application/driving/gate.ts"
import { poll } from "../../src/application/driving/poll.ts"
import { Transmissions } from "../../src/application/driving/transmissions.ts"
import { Health } from "../../src/application/health.ts"
import { load } from "../../src/application/history/load.ts"
import { revisionOf } from "../../src/application/history/loaded.ts"
import { sealPersonal } from "../../src/application/personal-data.ts"
import {
  type Call,
  EsignPlatform,
  PlatformRefused,
  PlatformUnavailable,
  type PollAnswer
} from "../../src/application/ports/esign-platform.ts"
import { EventStore } from "../../src/application/ports/event-store.ts"
import { Vault } from "../../src/application/ports/vault.ts"
import { Views } from "../../src/application/ports/views.ts"
import { Settings } from "../../src/application/settings.ts"
import { transact } from "../../src/application/transact.ts"
import { TrustedClock } from "../../src/application/trusted-clock.ts"
import type { RegistrationCommand } from "../../src/domain/registration/commands.ts"
import { nextStep } from "../../src/domain/registration/next-step.ts"
import type { Registration } from "../../src/domain/registration/registration.ts"
import { somebody } from "../contract/esign-platform.ts"
import { directLine } from "../model/line.ts"
import { memoryEventStore } from "../model/memory-event-store.ts"
import { MemoryLog } from "../model/memory-log.ts"
import { memoryVault } from "../model/memory-vault.ts"
import { MemoryRows, memoryViews } from "../model/memory-views.ts"
import { reconciledIn } from "./log-identity.ts"
import { recordedLog } from "./recorded-log.ts"
import * as a from "./registration-commands.ts"
import { requested } from "./registration-events.ts"
import { settingsWith } from "./settings.ts"
import { silentTelemetry } from "./silent-telemetry.ts"

export const esignTimeout = 10_000
export const refusal = { reasonCode: "CAUSE_OF_THE_PLATFORM", platformCode: "1653" }

/** What a confirm comes to: no answer, 401 or 429, refused for good, taken. */
type ConfirmAnswer = "lost" | "turned away" | "refused" | "taken"
/** What a poll comes to: it knows of nothing, no answer, the last word. */
type PollWord = "nothing" | "lost" | "issued"
/** A call that is made then, and how it is answered; milliseconds that pass; or what happens in between. */
export type Move =
  | `confirm: ${ConfirmAnswer}`
  | `poll: ${PollWord}`
  | number
  | "gate closed"
  | "withdrawn"
  | "erased"
  | "restart"
  | "forgotten"

const id = "r1"
const keyId = "key-1"

const outage = (operation: "confirm" | "poll", effect: "none" | "unknown") =>
  Effect.fail(new PlatformUnavailable({ operation, effect, code: effect === "none" ? "http_429" : "timeout" }))

type Answer<A> = Effect.Effect<A, PlatformUnavailable | PlatformRefused>
const confirmAnswers: Record<ConfirmAnswer, Answer<void>> = {
  lost: outage("confirm", "unknown"),
  "turned away": outage("confirm", "none"),
  refused: Effect.fail(new PlatformRefused({ operation: "confirm", ...refusal })),
  taken: Effect.void
}
const verdict = { _tag: "Known", submissionId: "s1", status: "COMPLETED", result: "VALID" } as const
const pollAnswers: Record<PollWord, Answer<PollAnswer>> = {
  nothing: Effect.succeed({ _tag: "NotConfirmed" }),
  lost: outage("poll", "unknown"),
  issued: Effect.succeed(verdict)
}

/** A service of its own for one process's life: nothing of it outlives the process. */
const fresh = <I, S>(service: Context.Key<I, S>, layer: Layer.Layer<I>): S =>
  Effect.runSync(Effect.scoped(Effect.map(Layer.build(layer), (context) => Context.get(context, service))))

/** A registration with both images, whose confirmation goes as a script says: each call that is made must be the one that the script has next. */
export const playConfirmation = async (moves: ReadonlyArray<Move>): Promise<Registration> => {
  const left = [...moves]
  const keys = new Map<string, boolean>([[keyId, true]])
  const sessions = new Set<string>()
  const transmit = <A>(call: Call, kind: "confirm" | "poll", answers: Readonly<Record<string, Answer<A>>>) =>
    Effect.andThen(
      call.mayTransmit,
      Effect.suspend(() => {
        const move = String(left.shift())
        const found = move.startsWith(`${kind}: `) ? answers[move.slice(kind.length + 2)] : undefined
        return found ?? expect.fail(`a ${kind}, where the script says ${move}`)
      })
    )
  const platform = Layer.succeed(EsignPlatform, {
    issueUrls: () => Effect.die("nobody asks for URLs here"),
    confirm: (call) => {
      sessions.add(call.sessionId)
      return transmit(call, "confirm", confirmAnswers)
    },
    poll: (call) => transmit(call, "poll", pollAnswers)
  })

  let [process, wall, monotonic, isClosed] = [1, Date.parse("2026-11-25T10:00:00.000Z"), 5000, false]
  vi.spyOn(Date, "now").mockImplementation(() => wall)
  vi.spyOn(performance, "now").mockImplementation(() => monotonic)
  let transmissions = fresh(Transmissions, Transmissions.layer)
  const settings = () => fresh(Settings, settingsWith({ owner: `p${process}`, esignTimeout }))

  // Closed between a look at it and the call: others were faster.
  const gate = Layer.effect(
    Gate,
    Effect.map(Gate, (real) => {
      const enter: typeof real.enter = (kind, now) => !(isClosed && kind === "confirm") && real.enter(kind, now)
      return new Proxy(real, {
        get: (target, name) => {
          const member = name === "enter" ? enter : Reflect.get(target, name, target)
          return typeof member === "function" ? member.bind(target) : member
        }
      })
    })
  ).pipe(Layer.provide(Gate.layer))
  const services = Layer.mergeAll(
    platform,
    gate,
    Layer.mergeAll(Changes.layer, Health.layer, Failures.layer, TrustedClock.layer),
    Layer.succeed(EventStore, memoryEventStore(new MemoryLog(), directLine)),
    Layer.succeed(Vault, memoryVault(keys, directLine)),
    Layer.succeed(Views, memoryViews(new MemoryRows(), directLine)),
    silentTelemetry,
    reconciledIn(),
    recordedLog().layer
  ).pipe(Layer.provideMerge(settingsWith({ esignTimeout })))
  const runtime = ManagedRuntime.make(services)
  onTestFinished(() => {
    vi.restoreAllMocks()
    return runtime.dispose()
  })

  const give = (command: RegistrationCommand) =>
    runtime.runPromise(transact(id, command, { actor: { kind: "process", id: `p${process}` } }))
  const look = () => runtime.runPromise(load(id))
  const act = async () => {
    const loaded = await look()
    const due = {
      ...loaded,
      id,
      state: loaded.state as Registration,
      revision: revisionOf(loaded),
      tries: 0,
      isReconciled: true,
      now: wall
    }
    const step = nextStep(due.state, wall, { uploadWindow: Number.POSITIVE_INFINITY, verdictPollAfter: 0 })
    expect(["Confirm", "Poll"]).toContain(step._tag)
    await runtime.runPromise(
      isUnsent(due).pipe(
        Effect.flatMap((unsent) => (unsent || step._tag === "Confirm" ? confirm(due) : poll(due))),
        Effect.provideService(Settings, settings()),
        Effect.provideService(Transmissions, transmissions)
      )
    )
  }

  const personal = await runtime.runPromise(sealPersonal(id, keyId, Redacted.value(somebody())))
  const { _tag, ...request } = requested
  await give({ _tag: "Request", request: { ...request, personal } })
  for (const command of [a.claimUrls(), a.recordUrls(), a.recordDocuments("a", "b")]) await give(command)

  while (left.length > 0) {
    const move = left[0]
    if (typeof move === "number") {
      wall += move
      monotonic += move
      left.shift()
    } else if (move === "gate closed") {
      left.shift()
      isClosed = true
      await act()
      isClosed = false
    } else if (move === "withdrawn" || move === "erased") {
      await give(move === "erased" ? a.erase : a.withdraw)
      if (move === "erased") keys.set(keyId, false)
      left.shift()
    } else if (move === "restart" || move === "forgotten") {
      transmissions = fresh(Transmissions, Transmissions.layer)
      if (move === "restart") {
        process++
        monotonic = 0
      }
      left.shift()
    } else {
      const before = left.length
      await act()
      if (left.length === before) expect.fail(`nothing was called, where the script says ${move}`)
    }
  }
  expect(sessions.size).toBeLessThanOrEqual(1)
  return (await look()).state as Registration
}
