import { Layer } from "effect"
import { Tombstones } from "../../src/application/ports/tombstones.ts"
import { directLine } from "../model/line.ts"
import { MemoryGraveyard, memoryTombstones } from "../model/memory-tombstones.ts"

/** Nothing was destroyed yet. */
export const noTombstones = Layer.sync(Tombstones, () => memoryTombstones(new Map(), new MemoryGraveyard(), directLine))
