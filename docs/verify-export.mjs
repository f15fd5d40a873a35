// Verifies an export of one registration offline, as docs/audit.md describes it: node verify-export.mjs FILE [--key FILE]
// Exit code 0: a key that you brought vouches for everything. 1: the file contradicts itself or that key. 2: less than that.
import { createHash, createPublicKey, verify } from "node:crypto"
import { createReadStream } from "node:fs"

const [mostBytes, deepest] = [64 * 1024 * 1024, 32]
const [any, key, hex] = [/^/, /^[A-Za-z0-9+/]{59}=$/, /^[0-9a-f]{64}$/]
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const time = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$/
const place = { previousHash: hex, recordedAt: time, revision: Number, stream: any }
const ids = { actor: { id: any, kind: any }, causationId: any, correlationId: any, id: any }
const event = { ...ids, ...place, data: Object, type: any, version: Number }
const proof = { checkpoint: Number, index: Number, path: [hex] }
const lists = { checkpoints: [{ note: any, signer: Number }], events: [{ event, hash: hex, position: Number, proof }] }
const head = { format: /^certreg-export$/, logId: uuid, publicKey: key, registrationId: uuid, version: Number }
const shape = { ...head, ...lists, signers: { changes: [any], first: key } }
const optional = ["causationId", "proof"]

const end = (code, sentence) => process.exit((code === 0 ? console.log : console.error)(sentence) ?? code)
const check = (holds, where, what) => holds || end(1, `Contradiction at ${where}: ${what}.`)

const write = (value, depth = 1) => {
  const isNumber = Number.isSafeInteger(value)
  if (isNumber || value === null || typeof value === "boolean" || (typeof value === "string" && value.isWellFormed()))
    return JSON.stringify(value)
  if (typeof value !== "object" || depth > deepest) throw new TypeError()
  if (Array.isArray(value)) return `[${value.map((one) => write(one, depth + 1))}]`
  const names = Object.keys(value).sort()
  return `{${names.map((name) => `${write(name)}:${write(value[name], depth + 1)}`)}}`
}
const fits = (value, wanted) => {
  if (wanted === Number) return Number.isSafeInteger(value) && value >= 0
  if (wanted instanceof RegExp) return typeof value === "string" && wanted.test(value)
  if (Array.isArray(wanted)) return Array.isArray(value) && value.every((one) => fits(one, wanted[0]))
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false
  const names = [...Object.keys(value), ...Object.keys(wanted).filter((name) => !optional.includes(name))]
  return wanted === Object || names.every((name) => Object.hasOwn(wanted, name) && fits(value[name], wanted[name]))
}

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest()
const [p, eighth] = [2n ** 255n - 19n, 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n]
// An Ed25519 key, and none of so small an order that others can sign for it.
const isKey = (spki) => {
  const bytes = Buffer.from(spki, "base64")
  if (bytes.toString("base64") !== spki || !bytes.toString("hex").startsWith("302a300506032b6570032100")) return false
  const y = BigInt.asUintN(255, BigInt(`0x${bytes.subarray(12).reverse().toString("hex")}`))
  return bytes.length === 44 && y < p && ![0n, 1n, p - 1n, eighth, p - eighth].includes(y)
}
const [H, N, K, S] = ["[0-9a-f]{64}", "[1-9][0-9]{0,14}", "[A-Za-z0-9+/]{59}=", "[A-Za-z0-9+/]{91}="]
const patternOf = (log, title, lines, signatures) =>
  new RegExp(`^(${title}\nlog ${log}\nprevious ${H}\n${lines}\n)\n${`— certreg/${log} (${S})\n`.repeat(signatures)}$`)
const isSigned = (text, log, spki, signature) => {
  const [der, bytes] = [spki, signature].map((one) => Buffer.from(one, "base64"))
  const keyHash = sha256(`certreg/${log}\n\x01`, der.subarray(12)).subarray(0, 4)
  if (bytes.toString("base64") !== signature || !bytes.subarray(0, 4).equals(keyHash)) return false
  return verify(null, text, createPublicKey({ key: der, format: "der", type: "spki" }), bytes.subarray(4))
}

// RFC 9162 §2.1.3.2; undefined where no tree of so many leaves has such a path.
const rootOf = (leaf, index, count, path) => {
  let [node, last, root] = [index, count - 1, leaf]
  for (const beside of path.map((one) => Buffer.from(one, "hex"))) {
    if (last === 0) return undefined
    const isRight = node % 2 === 1 || node === last
    root = isRight ? sha256("\x01", beside, root) : sha256("\x01", root, beside)
    for (; isRight && node % 2 === 0 && node > 0; node /= 2) last = Math.floor(last / 2)
    ;[node, last] = [Math.floor(node / 2), Math.floor(last / 2)]
  }
  return last === 0 ? root.toString("hex") : undefined
}
const leafOf = (position, hash) => sha256(Buffer.from(`00${position.toString(16).padStart(16, "0")}${hash}`, "hex"))

const keysOf = ({ logId, publicKey, signers: { first, changes } }) => {
  const keys = [first]
  const pattern = patternOf(logId, "certreg signer 1", `former (${K})\nsigner (${K})`, 2)
  check(isKey(first), "file.signers.first", "it is no key")
  for (const [n, note] of changes.entries()) {
    const must = (holds) => check(holds, `file.signers.changes[${n}]`, "the key before it and its own did not sign it")
    const [, text, former, signer, ...signatures] = pattern.exec(note) ?? []
    must(former === keys[n] && isKey(signer))
    must([former, signer].every((key, i) => isSigned(text, logId, key, signatures[i])))
    keys.push(signer)
  }
  check(publicKey === keys.at(-1), "file.publicKey", "it is not that of the last signer")
  return keys
}
const checkpointsOf = ({ checkpoints, logId }, keys) => {
  const pattern = patternOf(logId, "certreg checkpoint 1", `count (${N})\nlast position (${N})\nroot (${H})`, 1)
  const read = [{ last: 0, by: 0 }]
  for (const [n, { note, signer }] of checkpoints.entries()) {
    const must = (holds, what) => check(holds, `file.checkpoints[${n}]`, what)
    const [, text, count, last, root, signature] = pattern.exec(note) ?? []
    must(text && signer < keys.length && isSigned(text, logId, keys[signer], signature), "its signer did not sign it")
    must(Number(last) > read[n].last && signer >= read[n].by, "it does not follow on the one before")
    read.push({ after: read[n].last, count: Number(count), last: Number(last), root, by: signer })
  }
  return read.slice(1)
}
const eventsOf = ({ events, registrationId }, checkpoints) => {
  let before = { event: { recordedAt: "" }, hash: "0".repeat(64), position: 0 }
  for (const [n, one] of events.entries()) {
    const { event, hash, position, proof = {} } = one
    const must = (holds, what) => check(holds, `file.events[${n}]`, what)
    must(event.stream === `registration-${registrationId}` && event.revision === n, "it has another place")
    const follows = event.previousHash === before.hash && event.recordedAt >= before.event.recordedAt
    must(follows && position > before.position, "it does not follow on the one before")
    must(sha256(write(event)).toString("hex") === hash, "its hash is not that of its content")
    const range = one.proof ? checkpoints[proof.checkpoint] : { after: checkpoints.at(-1)?.last ?? 0, last: Infinity }
    must(range && position > range.after && position <= range.last, "its checkpoint does not cover its position")
    const leads = () => rootOf(leafOf(position, hash), proof.index, range.count, proof.path) === range.root
    const isProven = !one.proof || (proof.index < range.count && leads())
    must(isProven, "its proof does not lead to the root of its checkpoint")
    before = one
  }
  const used = new Set(events.map(({ proof }) => proof?.checkpoint))
  for (const n of checkpoints.keys()) check(used.has(n), `file.checkpoints[${n}]`, "it proves nothing")
  check(events.length > 0, "file.events", "there are none")
  return events.findIndex(({ proof }) => !proof)
}

const read = async (path, what) => {
  const chunks = createReadStream(path, { end: mostBytes }).toArray()
  const bytes = Buffer.concat(await chunks.catch(({ code }) => end(2, `${what} cannot be read (${code}).`)))
  return bytes.length > mostBytes ? end(2, `${what} is larger than it can be.`) : bytes
}
const [path, flag, keyFile, ...more] = process.argv.slice(2)
if (!path || (flag && (flag !== "--key" || !keyFile)) || more.length > 0)
  end(2, "Usage: verify-export FILE [--key FILE]")
const keyBytes = keyFile && (await read(keyFile, "The file that --key names"))
const given = keyBytes?.toString("latin1").replace(/-----(BEGIN|END) PUBLIC KEY-----|[\t\n\v\f\r ]/g, "")
if (given !== undefined && !isKey(given)) end(2, "The key is no Ed25519 public key (PEM, or base64 of its SPKI form).")
const bytes = await read(path, "The file")
const parse = () => {
  try {
    const value = JSON.parse(bytes.toString())
    return Buffer.from(`${write(value)}\n`).equals(bytes) ? value : undefined
  } catch {}
}
const file = parse()
check(file !== undefined, "file", "it is not canonical JSON")
check(fits(file, shape) && file.version === 1, "file", "it is not as the format says")
const keys = keysOf(file)
const uncovered = eventsOf(file, checkpointsOf(file, keys))
check(given === undefined || keys.includes(given), "the given key", "it is none of those that sign here")
if (uncovered >= 0) end(2, `Not everything is proven: no checkpoint covers revision ${uncovered} and what follows.`)
if (given === undefined) end(2, "Consistent, signer unknown: give a key that you trust with --key.")
end(0, `Proven: ${file.events.length} events of registration ${file.registrationId}, vouched for by the given key.`)
