import { check } from "./check.ts"
import { Player } from "./player.ts"
import type { History } from "./steps.ts"
import { type Broken, type Flaw, World } from "./world.ts"

/**
 * Plays a history in simulated time, lets everything come to rest with a platform that is well, and tells the first rule that broke.
 * `look` sees what is left of it.
 */
export const play = async (
  { seed, steps }: History,
  flaw?: Flaw,
  look?: (world: World) => void
): Promise<Broken | undefined> => {
  const world = new World(seed, flaw)
  world.time.install()
  try {
    const player = new Player(world)
    for (const step of steps) await player.take(step)
    await player.rest()
    check(world)
  } catch (error) {
    world.breaks("threw", String(error))
  } finally {
    world.time.uninstall()
  }
  look?.(world)
  return world.broken[0]
}
