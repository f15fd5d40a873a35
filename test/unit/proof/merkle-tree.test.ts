import { createHash } from "node:crypto"
import { describe, expect, it } from "vitest"
import {
  inclusionPath,
  leafHash,
  leafOf,
  rootOfPath,
  TreeHasher,
  treeLevels
} from "../../../src/application/proof/merkle-tree.ts"

const sha256 = (...parts: ReadonlyArray<string | Uint8Array>) => {
  const made = createHash("sha256")
  for (const part of parts) made.update(part)
  return made.digest()
}

/** As RFC 9162 §2.1.1 defines it, to the letter. */
const naiveRoot = (leaves: ReadonlyArray<Buffer>): Buffer => {
  const [only] = leaves
  if (leaves.length === 1 && only) return only
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  return sha256(Buffer.from([1]), naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)))
}
/** As RFC 9162 §2.1.3.1 defines it. */
const naivePath = (leaves: ReadonlyArray<Buffer>, m: number): ReadonlyArray<Buffer> => {
  if (leaves.length === 1) return []
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)]
  return m < k ? [...naivePath(left, m), naiveRoot(right)] : [...naivePath(right, m - k), naiveRoot(left)]
}

const rootOf = (leaves: ReadonlyArray<Buffer>) => {
  const tree = new TreeHasher()
  leaves.forEach(tree.add)
  expect(tree.count).toBe(leaves.length)
  return tree.root()
}
const leavesOf = (count: number) => Array.from({ length: count }, (_, n) => sha256(`leaf ${n}`))

/** The leaves and roots by which implementations of Certificate Transparency are compared. */
const known = [
  ["", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"],
  ["00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
  ["10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"],
  ["2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"],
  ["3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"],
  ["40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"],
  ["5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"],
  ["606162636465666768696a6b6c6d6e6f", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"]
] as const

describe("the tree hash", () => {
  it.each(known.map(([, root], n) => [n + 1, root] as const))("of the first %i known leaves", (count, root) => {
    const leaves = known.slice(0, count).map(([leaf]) => sha256(Buffer.from([0]), Buffer.from(leaf, "hex")))
    expect(rootOf(leaves).toString("hex")).toBe(root)
  })

  it("is the one that is defined, for each count, and while it grows", () => {
    const leaves = leavesOf(130)
    const tree = new TreeHasher()
    leaves.forEach((leaf, n) => {
      tree.add(leaf)
      expect(tree.root()).toEqual(naiveRoot(leaves.slice(0, n + 1)))
    })
  })

  it("does not exist of an empty tree", () => {
    expect(() => new TreeHasher().root()).toThrow(RangeError)
  })
})

describe("the leaf of an event", () => {
  const hash = "ab".repeat(32)
  it.each([
    [1, "0000000000000001"],
    [2 ** 32 + 5, "0000000100000005"],
    [Number.MAX_SAFE_INTEGER, "001fffffffffffff"]
  ])("holds its position (%i) as eight bytes, and its hash", (position, bytes) => {
    expect(leafHash(position, hash)).toEqual(sha256(Buffer.from(`00${bytes}${hash}`, "hex")))
  })

  it.each(["", "AB".repeat(32), "ab".repeat(33), `${"ab".repeat(32)}\n`])("is none without a hash (%j)", (text) => {
    expect(leafOf({ position: 1, hash: text })).toBeUndefined()
    expect(leafOf({ position: 1, hash })).toEqual(leafHash(1, hash))
  })

  it.each(["", "ab", "AB".repeat(33), `${"ab".repeat(31)}zz`])("takes no other text than a hash (%j)", (text) => {
    expect(() => leafHash(1, text)).toThrow(RangeError)
  })
})

describe("the path of a leaf", () => {
  it("is the one that is defined, and leads to the root: each leaf of each tree", () => {
    for (let count = 1; count <= 40; count++) {
      const leaves = leavesOf(count)
      const root = naiveRoot(leaves)
      leaves.forEach((leaf, index) => {
        const path = inclusionPath(treeLevels(leaves), index)
        expect(path).toEqual(naivePath(leaves, index))
        expect(rootOfPath(leaf, index, count, path)).toEqual(root)
      })
    }
  })

  it("is that of one place in one tree: no other index leads to its root, nor do fewer or more hashes", () => {
    for (let count = 1; count <= 20; count++) {
      const leaves = leavesOf(count)
      const root = naiveRoot(leaves)
      leaves.forEach((leaf, index) => {
        const path = inclusionPath(treeLevels(leaves), index)
        for (let other = 0; other < count; other++)
          if (other !== index) expect(rootOfPath(leaf, other, count, path)).not.toEqual(root)
        expect(rootOfPath(leaf, index, count, [...path, root])).toBeUndefined()
        if (path.length > 0) expect(rootOfPath(leaf, index, count, path.slice(1))).toBeUndefined()
        if (path.length > 0) expect(rootOfPath(leaf, index, count, path.slice(0, -1))).toBeUndefined()
        for (let n = 0; n < path.length; n++)
          expect(rootOfPath(leaf, index, count, path.with(n, sha256("forged")))).not.toEqual(root)
        expect(rootOfPath(sha256("forged"), index, count, path)).not.toEqual(root)
      })
    }
  })

  it("of a tree of another depth is none", () => {
    const leaves = leavesOf(8)
    const path = inclusionPath(treeLevels(leaves), 3)
    for (const count of [4, 9, 16, 2 ** 40]) expect(rootOfPath(leaves[3] as Buffer, 3, count, path)).toBeUndefined()
  })

  it("leads through trees that are larger than 32 bits count", () => {
    const count = 2 ** 40 + 1
    const leaf = sha256("last")
    const whole = sha256("the others")
    expect(rootOfPath(leaf, count - 1, count, [whole])).toEqual(sha256(Buffer.from([1]), whole, leaf))
    expect(rootOfPath(leaf, count - 2, count, [whole])).toBeUndefined()
  })

  it.each([
    [-1, 4],
    [4, 4],
    [0, 0],
    [0.5, 4],
    [1, 4.5],
    [Number.NaN, 4],
    [1, Number.POSITIVE_INFINITY],
    [1, 2 ** 53]
  ])("is none of index %d among %d", (index, count) => {
    const leaves = leavesOf(4)
    expect(rootOfPath(leaves[1] as Buffer, index, count, inclusionPath(treeLevels(leaves), 1))).toBeUndefined()
  })

  it("does not exist for a leaf that is not there", () => {
    for (const index of [-1, 4, 1.5, Number.NaN])
      expect(() => inclusionPath(treeLevels(leavesOf(4)), index)).toThrow(RangeError)
    expect(() => inclusionPath(treeLevels([]), 0)).toThrow(RangeError)
  })

  it("takes hashes of 32 bytes alone", () => {
    const leaves = leavesOf(2)
    expect(rootOfPath(leaves[0] as Buffer, 0, 2, [Buffer.alloc(31)])).toBeUndefined()
    expect(rootOfPath(leaves[0] as Buffer, 0, 2, [Buffer.alloc(64)])).toBeUndefined()
  })
})
