import type { RegistrationExport } from "../../src/application/proof/exporting/export-format.ts"
import { at, bytesOf, type ExportCase, type Forged, forged, rehash } from "./export-case.ts"

type Proof = NonNullable<Forged["events"][number]["proof"]>
const proofAt = (copy: Forged, n: number): Proof => {
  const { proof } = at(copy.events, n)
  if (!proof) throw new Error("There is none.")
  return proof
}

const form = "file: it is not as the format says"
const root = "its proof does not lead to the root of its checkpoint"
const outside = "its checkpoint does not cover its position"
const order = "it does not follow on the one before"
const hashed = "its hash is not that of its content"
const elsewhere = "it has another place"

/** Histories that are not what was signed. Events 0 to 2 lie under the first checkpoint, 3 and 4 under the second, 5 and 6 under the third. */
export const forgedEvents = (file: RegistrationExport, other: RegistrationExport): ReadonlyArray<ExportCase> => {
  const forgeries: Readonly<Record<string, readonly [where: string, change: (copy: Forged) => unknown]>> = {
    "another format": [form, (copy) => Object.assign(copy, { format: "certreg-history" })],
    "another version": [form, (copy) => Object.assign(copy, { version: 2 })],
    "a member more": [form, (copy) => Object.assign(copy, { note: "" })],
    "an event with a member more": [form, (copy) => Object.assign(at(copy.events, 1), { note: "" })],
    "content with a member more": [form, (copy) => Object.assign(at(copy.events, 1).event, { note: "" })],
    "content with its hash in it": [
      form,
      (copy) => Object.assign(at(copy.events, 1).event, { hash: at(copy.events, 1).hash })
    ],
    "an actor with a member more": [form, (copy) => Object.assign(at(copy.events, 1).event.actor, { name: "" })],
    "a proof with a member more": [form, (copy) => Object.assign(proofAt(copy, 1), { count: 8 })],
    "a checkpoint with a member more": [form, (copy) => Object.assign(at(copy.checkpoints, 1), { count: 8 })],
    "signers with a member more": [form, (copy) => Object.assign(copy.signers, { last: copy.publicKey })],
    "a member less": [form, (copy) => Reflect.deleteProperty(copy, "signers")],
    "content with a member less": [form, (copy) => Reflect.deleteProperty(at(copy.events, 1).event, "correlationId")],
    "a hash in capitals": [form, (copy) => (at(copy.events, 1).hash = "AB".repeat(32))],
    "a time of another form": [form, (copy) => (at(copy.events, 1).event.recordedAt = "2026-11-26T10:00:00Z")],
    "an id in capitals": [form, (copy) => (copy.registrationId = copy.registrationId.toUpperCase())],
    "the id of another registration": [
      `file.events[0]: ${elsewhere}`,
      (copy) => (copy.registrationId = other.registrationId)
    ],
    "the id of another log": ["file.signers.changes[0]", (copy) => (copy.logId = other.registrationId)],
    "no events": ["file.checkpoints[0]: it proves nothing", (copy) => (copy.events = [])],
    "nothing at all": ["file.events: there are none", (copy) => ([copy.events, copy.checkpoints] = [[], []])],
    "an event that was changed": [
      `file.events[2]: ${hashed}`,
      (copy) => (at(copy.events, 2).event.data["tenant"] = "x")
    ],
    "another time of an event": [
      `file.events[2]: ${hashed}`,
      (copy) => (at(copy.events, 2).event.recordedAt = "2026-11-26T10:00:00.003Z")
    ],
    "an event that was changed, with a hash that fits": [
      `file.events[2]: ${root}`,
      (copy) => {
        at(copy.events, 2).event.data["tenant"] = "x"
        rehash(copy, 2)
      }
    ],
    "an event that follows on another": [
      `file.events[3]: ${order}`,
      (copy) => (at(copy.events, 3).event.previousHash = at(copy.events, 1).hash)
    ],
    "without its first event": [`file.events[0]: ${elsewhere}`, ({ events }) => events.shift()],
    "without an event in the middle": [`file.events[3]: ${elsewhere}`, ({ events }) => events.splice(3, 1)],
    "an event twice": [`file.events[4]: ${elsewhere}`, ({ events }) => events.splice(4, 0, at(events, 3))],
    "two events of one revision": [
      `file.events[4]: ${elsewhere}`,
      ({ events }) => events.splice(4, 0, { ...at(events, 4), event: { ...at(events, 4).event, revision: 3 } })
    ],
    "two events in another order": [
      `file.events[3]: ${elsewhere}`,
      ({ events }) => events.splice(3, 0, ...events.splice(4, 1))
    ],
    "two contents in each other's place": [
      `file.events[3]: ${elsewhere}`,
      ({ events }) => ([at(events, 3).event, at(events, 4).event] = [at(events, 4).event, at(events, 3).event])
    ],
    "an event of another registration": [
      `file.events[3]: ${elsewhere}`,
      ({ events }) => events.splice(3, 1, at(other.events, 3) as Forged["events"][number])
    ],
    "an event of another registration, named like this one": [
      `file.events[3]: ${order}`,
      ({ events }) => {
        const { stream } = at(events, 3).event
        events.splice(3, 1, structuredClone(at(other.events, 3)) as Forged["events"][number])
        at(events, 3).event.stream = stream
      }
    ],
    "an event that nobody recorded, under the proof of another": [
      `file.events[6]: ${root}`,
      (copy) => {
        at(copy.events, 6).event.type = "CertificateIssued"
        rehash(copy, 6)
      }
    ],
    "a time that goes back": [
      `file.events[3]: ${order}`,
      (copy) => {
        at(copy.events, 3).event.recordedAt = "2020-01-01T00:00:00.000Z"
        rehash(copy, 3)
      }
    ],
    "another position": [`file.events[1]: ${order}`, ({ events }) => (at(events, 1).position = at(events, 0).position)],
    "a position that nobody has": [`file.events[2]: ${root}`, ({ events }) => at(events, 2).position++],
    "a position of the checkpoint before": [`file.events[3]: ${order}`, ({ events }) => (at(events, 3).position = 1)],
    "a position beyond its checkpoint": [`file.events[4]: ${outside}`, ({ events }) => (at(events, 4).position += 3)],
    "another index": [`file.events[1]: ${root}`, (copy) => proofAt(copy, 1).index++],
    "an index that is not there": [`file.events[1]: ${root}`, (copy) => (proofAt(copy, 1).index = 2 ** 40)],
    "an index that is the same in 32 bits": [`file.events[1]: ${root}`, (copy) => (proofAt(copy, 1).index += 2 ** 32)],
    "a negative index": [form, (copy) => (proofAt(copy, 1).index = -1)],
    "another checkpoint": [`file.events[1]: ${outside}`, (copy) => (proofAt(copy, 1).checkpoint = 1)],
    "a checkpoint that is not there": [`file.events[1]: ${outside}`, (copy) => (proofAt(copy, 1).checkpoint = 3)],
    "an event that claims to lie behind all checkpoints": [
      `file.events[6]: ${outside}`,
      (copy) => Reflect.deleteProperty(at(copy.events, 6), "proof")
    ],
    "a path that is empty": [`file.events[1]: ${root}`, (copy) => (proofAt(copy, 1).path = [])],
    "a path that is too short": [`file.events[1]: ${root}`, (copy) => proofAt(copy, 1).path.pop()],
    "a path without its beginning": [`file.events[1]: ${root}`, (copy) => proofAt(copy, 1).path.shift()],
    "a path that is too long": [`file.events[1]: ${root}`, (copy) => proofAt(copy, 1).path.push("0".repeat(64))],
    "a path in another order": [`file.events[1]: ${root}`, (copy) => proofAt(copy, 1).path.reverse()],
    "another hash in a path": [`file.events[1]: ${root}`, (copy) => (proofAt(copy, 1).path[0] = "0".repeat(64))],
    "the path of another event": [`file.events[1]: ${root}`, (copy) => (proofAt(copy, 1).path = proofAt(copy, 2).path)],
    "a path of 200,000 hashes": [
      `file.events[1]: ${root}`,
      (copy) => (proofAt(copy, 1).path = Array(200_000).fill("0".repeat(64)))
    ],
    "an inner node for a leaf": [
      `file.events[1]: ${root}`,
      (copy) => {
        const proof = proofAt(copy, 1)
        proof.index = Math.floor(proof.index / 2)
        proof.path.shift()
      }
    ],
    "a checkpoint that proves nothing": [`file.checkpoints[2]: it proves nothing`, ({ events }) => events.splice(5)]
  }
  return Object.entries(forgeries).map(([name, [where, change]]) => ({
    name,
    bytes: bytesOf(forged(file, change)),
    key: file.publicKey,
    code: 1,
    says: `Contradiction at ${where}`
  }))
}
