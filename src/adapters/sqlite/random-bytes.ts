import { randomFillSync } from "node:crypto"

/** Drawn at once: a draw of 32 bytes costs nearly as much as one of 4 KiB. */
const pool = Buffer.alloc(4096)
let used = pool.length

/** Random bytes, at most a pool full; each is handed out once, and leaves no copy behind. */
export const randomBytes = (size: number): Buffer => {
  if (used + size > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  // Not of Buffer's own shared pool, which others are handed parts of.
  const drawn = Buffer.alloc(size)
  pool.copy(drawn, 0, used, used + size)
  pool.fill(0, used, used + size)
  used += size
  return drawn
}
