import { streamOf } from "../../src/application/history/ids.ts"
import { checkEnd } from "./check-end.ts"
import { checkErasing } from "./check-erasing.ts"
import { checkRestored } from "./check-restored.ts"
import { replay } from "./replay.ts"
import type { World } from "./world.ts"

/** Everything that must hold of a history that came to rest: the log against what the platform did and what callers were told. */
export const check = (world: World): void => {
  // What was forgotten was told to somebody all the same.
  if (world.epoch > 0) checkRestored(world)
  else checkAll(world)
}

const checkAll = (world: World): void => {
  const registrations = replay(world)
  for (const { id, did, revision, hash } of world.acknowledged) {
    const replayed = registrations.get(streamOf(id))
    const kept = replayed?.hashes[revision]
    if (kept === undefined || (hash !== undefined && kept !== hash))
      world.breaks("acknowledged_and_lost", `${did} ${id}`)
    if (did === "withdraw" && replayed?.state._tag !== "Withdrawn") world.breaks("withdrawal_undone", id)
    if (did === "erase" && !(replayed?.state._tag !== "Initial" && replayed?.state.erased))
      world.breaks("not_erased", id)
  }
  checkKeys(world)
  for (const [stream, replayed] of registrations) {
    const id = stream.replace("registration-", "")
    checkEnd(world, id, replayed)
    checkErasing(world, id, replayed)
  }
}

/** The same Idempotency-Key is the same registration, however often it was answered. */
const checkKeys = (world: World): void => {
  const ids = new Map<string, string>()
  for (const { user, key, id } of world.acknowledged) {
    if (key === undefined) continue
    const known = ids.get(`${user} ${key}`) ?? id
    if (known !== id) world.breaks("key_answers_another", `${known}, then ${id}`)
    ids.set(`${user} ${key}`, known)
  }
}
