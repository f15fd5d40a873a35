import { hash } from "node:crypto"

/** RFC 9162 §2.1: hashes of leaves and of inner nodes never collide, since these bytes come first. */
const leafPrefix = 0x00
const nodePrefix = 0x01
const hashBytes = 32

/** By way of a string: half the time that `hash` takes for a buffer. */
const sha256 = (bytes: Uint8Array): Buffer => Buffer.from(hash("sha256", bytes, "binary"), "binary")

/**
 * The leaf of an event: SHA-256 of 0x00, its position as 8 bytes (big-endian), and the 32 bytes of its hash (`hash`: 64 hexadecimal digits).
 */
export const leafHash = (position: number, eventHash: string): Buffer => {
  const leaf = Buffer.allocUnsafe(1 + 8 + hashBytes)
  leaf[0] = leafPrefix
  leaf.writeBigUInt64BE(BigInt(position), 1)
  if (eventHash.length !== 2 * hashBytes || leaf.write(eventHash, 9, "hex") !== hashBytes)
    throw new RangeError("The hash of an event has 64 hexadecimal digits.")
  return sha256(leaf)
}

const isHash = /^[0-9a-f]{64}$/

/**
 * The leaf of an event as it lies in a log; undefined for one that no checkpoint covers: what somebody else appended to a stream of ours has
 * no hash, and positions begin at 1.
 */
export const leafOf = ({ position, hash }: { readonly position: number; readonly hash: string }): Buffer | undefined =>
  position > 0 && isHash.test(hash) ? leafHash(position, hash) : undefined

const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => {
  const node = Buffer.allocUnsafe(1 + 2 * hashBytes)
  node[0] = nodePrefix
  node.set(left, 1)
  node.set(right, 1 + hashBytes)
  return sha256(node)
}

/** Computes the tree hash of RFC 9162 §2.1.1 leaf by leaf. Keeps one hash for each bit of the count. */
export class TreeHasher {
  #count = 0
  /** Roots of the whole trees that the leaves so far make up, largest first. */
  readonly #whole: Array<Buffer> = []

  readonly add = (leaf: Buffer): void => {
    let node = leaf
    for (let n = this.#count; n % 2 === 1; n = (n - 1) / 2) node = nodeHash(this.#whole.pop() as Buffer, node)
    this.#whole.push(node)
    this.#count++
  }

  get count(): number {
    return this.#count
  }

  /** 32 bytes. There is none of an empty tree. */
  readonly root = (): Buffer => {
    if (this.#count === 0) throw new RangeError("An empty tree has no root.")
    return this.#whole.reduceRight((right, left) => nodeHash(left, right))
  }
}

/** All nodes of a tree: its leaves, and each level above them up to the root. A last node that has none beside it goes up as it is. */
export const treeLevels = (leaves: ReadonlyArray<Buffer>): ReadonlyArray<ReadonlyArray<Buffer>> => {
  const levels = [leaves]
  for (let level = leaves; level.length > 1; levels.push(level)) level = levelAbove(level)
  return levels
}

const levelAbove = (level: ReadonlyArray<Buffer>): ReadonlyArray<Buffer> => {
  const above: Array<Buffer> = []
  for (let n = 0; n < level.length; n += 2) {
    const [left, right] = [level[n] as Buffer, level[n + 1]]
    above.push(right === undefined ? left : nodeHash(left, right))
  }
  return above
}

/** The hashes beside the way from a leaf of a tree up to its root, the lowest first (RFC 9162 §2.1.3.1). */
export const inclusionPath = (levels: ReadonlyArray<ReadonlyArray<Buffer>>, index: number): ReadonlyArray<Buffer> => {
  if (!isIndexIn(index, levels[0]?.length ?? 0)) throw new RangeError("There is no such leaf.")
  const path: Array<Buffer> = []
  let node = index
  for (const level of levels) {
    const beside = level[node % 2 === 0 ? node + 1 : node - 1]
    if (beside !== undefined) path.push(beside)
    node = Math.floor(node / 2)
  }
  return path
}

/**
 * The root that a leaf, its index, the count of leaves and a path come to (RFC 9162 §2.1.3.2). undefined where no tree of so many leaves has
 * such a path.
 */
export const rootOfPath = (
  leaf: Buffer,
  index: number,
  count: number,
  path: ReadonlyArray<Uint8Array>
): Buffer | undefined => {
  if (!isIndexIn(index, count) || !path.every(({ length }) => length === hashBytes)) return undefined
  /** Of the node that was reached: its index among those of its level, and the index of the last one there. */
  let node = index
  let last = count - 1
  let root = leaf
  for (const beside of path) {
    if (last === 0) return undefined
    if (node % 2 === 1 || node === last) {
      root = nodeHash(beside, root)
      // Levels on which the last node stands alone go up as they are.
      while (node % 2 === 0 && node !== 0) {
        node /= 2
        last = Math.floor(last / 2)
      }
    } else root = nodeHash(root, beside)
    node = Math.floor(node / 2)
    last = Math.floor(last / 2)
  }
  return last === 0 ? root : undefined
}

const isIndexIn = (index: number, count: number): boolean =>
  Number.isSafeInteger(index) && Number.isSafeInteger(count) && index >= 0 && index < count
