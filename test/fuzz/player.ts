import type { Accepted } from "./accepted.ts"
import { breakMessage } from "./break-message.ts"
import { breakWire } from "./break-wire.ts"
import type { Cast } from "./cast.ts"
import { checkAny, checkExchange } from "./check-answer.ts"
import { describeMessage, isHead, type Message, type Subject, validMessage, wireOf } from "./message.ts"
import { weighted } from "./operations.ts"
import { type Random, randomOf } from "./random.ts"
import type { Answer } from "./read-answers.ts"
import { abandon, isLast, isTooLong, makeConnection, sendAll } from "./send.ts"

export interface Game {
  readonly seed: number
  readonly port: number
  readonly cast: Cast
  readonly accepted: Accepted
  /** How often an operation was answered a status, such as `GET /docs 200`; of broken bytes only the status counts. */
  readonly seen: Map<string, number>
  readonly findings: Array<string>
}

const shown = ({ status, headers, text }: Answer) =>
  `${status} ${JSON.stringify([...headers])}\n    ${JSON.stringify(text.slice(0, 2000))}`

/** States in which nothing goes on by itself. */
const quiet: ReadonlySet<string | undefined> = new Set([
  ...["awaiting_images", "issued", "rejected", "failed", "withdrawn", "expired"]
])

/** Is no part of any request: whoever still waits for the rest of one gets it, and sees that it is none. */
const poison = Buffer.alloc(12_000)

/** Enough to see what is wrong. */
const enough = 20

/** Sends its share of the requests, one after the other, about registrations that no other player touches. */
export const makePlayer = (game: Game, own: ReadonlyArray<Subject>) => {
  const { seed, port, cast, accepted, seen, findings } = game
  const auditor = makeConnection(port)
  const connection = makeConnection(port)
  const subjects = [...own]
  const north = cast.callers.find((caller) => caller.name === "north")

  /** The registration that was accepted last, to be sent again. */
  let again: Message | undefined

  /** What the connection carried before. */
  let previous: readonly [Message, Answer] | undefined
  const count = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1)
  const report = (message: Message, what: ReadonlyArray<string>, answers: ReadonlyArray<Answer>) => {
    if (what.length === 0) return
    const lines = [`${what.join("; ")} (FUZZ_SEED=${seed})`, describeMessage(message), ...answers.map(shown)]
    findings.push(lines.join("\n    "))
  }
  const read = async ({ id }: Subject): Promise<Answer> => {
    const head = `GET /v1/registrations/${id} HTTP/1.1\r\nhost: certreg\r\nauthorization: ${north?.authorization}\r\n\r\n`
    return auditor.exchange([Buffer.from(head)], false)
  }
  const draw = (number: number, random: Random): Message => {
    const given = { number, random, callers: cast.callers, subject: random.pick(subjects) }
    let message = again !== undefined && random.chance(0.04) ? again : validMessage(random.pick(weighted), given)
    for (let n = random.pick([0, 0, 1, 1, 1, 1, 2, 3]); n > 0; n--)
      message = breakMessage(message, random, cast.callers)
    return message
  }
  const take = (message: Message, answer: Answer) => {
    accepted.note(message, answer)
    count(`${message.operation.name} ${answer.status}`)
    const { id } = (answer.body ?? {}) as { readonly id?: string }
    const { tenant } = message.caller
    if (answer.status !== 201 || id === undefined || tenant === undefined) return
    again = message
    subjects.splice(4 + (message.number % 8), 1, { id, tenant, submissionId: undefined })
  }

  /** A request that is well-formed HTTP, and its one answer. */
  const ask = async (message: Message): Promise<Answer> => {
    const { head, body } = wireOf(message)
    const answer = await connection.exchange([head, body], isHead(message))
    previous = [message, answer]
    take(message, answer)
    report(message, checkExchange(message, answer, cast.secrets), [answer])
    return answer
  }
  /** The same, and what is refused leaves the registration as it was, if nothing else is going on there. */
  const askBetweenLooks = async (message: Message): Promise<void> => {
    const before = await read(message.subject)
    const { state, submissionId, verdictPending } = before.body as Record<string, string | undefined>
    const place = subjects.indexOf(message.subject)
    if (place >= 0 && submissionId !== undefined) subjects[place] = { ...message.subject, submissionId }
    const answer = await ask(message)
    // What is refused because of a hold is kept in mind.
    const { code } = (answer.body ?? {}) as { readonly code?: string }
    const isQuiet = verdictPending === undefined && quiet.has(state) && code !== "on_hold"
    if (!isQuiet || answer.status < 400 || answer.status >= 500) return
    const after = await read(message.subject)
    if (after.text !== before.text) report(message, ["refused, and it is another"], [answer, before, after])
  }
  /** Several on one connection, before the first is answered. */
  const pipeline = async (messages: ReadonlyArray<Message>): Promise<void> => {
    const bytes = messages.flatMap((message) => Object.values(wireOf(message)))
    const answers = await sendAll(port, Buffer.concat(bytes), messages.map(isHead))
    const isClosed = bytes.some(isTooLong) || answers.slice(-1).some(isLast)
    for (const [n, message] of messages.entries()) {
      const answer = answers[n]
      if (answer) {
        take(message, answer)
        report(message, checkExchange(message, answer, cast.secrets), [answer])
      } else if (!isClosed || n === 0) report(message, [`answer ${n} of ${messages.length} is missing`], answers)
    }
  }
  const garble = async (message: Message, random: Random): Promise<void> => {
    // Whether an answer to what was HEAD has a body, nobody could tell.
    const method = message.method === "HEAD" ? "GET" : message.method
    const [bytes, what] = breakWire({ ...message, method }, random)
    const broken = { ...message, broken: [...message.broken, `its bytes: ${what}`] }
    for (const answer of await sendAll(port, Buffer.concat([bytes, poison]), [false])) {
      accepted.note(message, answer)
      count(`broken bytes ${answer.status}`)
      report(broken, checkAny(answer, cast.secrets), [answer])
    }
  }
  const leave = (message: Message, random: Random): Promise<void> => {
    const bytes = Buffer.concat(Object.values(wireOf(message)))
    // Its last byte is never sent: nothing of it can be accepted.
    return abandon(port, bytes.subarray(0, random.below(bytes.length)), random.chance(0.5))
  }

  const play = async (number: number): Promise<void> => {
    if (findings.length >= enough) return
    const random = randomOf(seed, number)
    const message = draw(number, random)
    try {
      const kind = random.below(100)
      if (kind < 50) await ask(message)
      else if (kind < 70) await askBetweenLooks(message)
      else if (kind < 75) await pipeline([message, draw(number, random), draw(number, random)])
      else if (kind < 95) await garble(message, random)
      else await leave(message, random)
    } catch (error) {
      const after = previous ? [`after ${describeMessage(previous[0])}`, shown(previous[1])] : []
      report(message, [String(error), ...after], [])
      connection.close()
    }
  }
  const stop = () => {
    connection.close()
    auditor.close()
  }
  return { play, stop }
}
