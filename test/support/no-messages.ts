import { Layer } from "effect"
import { Messages } from "../../src/application/ports/messages.ts"
import { directLine } from "../model/line.ts"
import { memoryMessages } from "../model/memory-messages.ts"
import { MemoryRows } from "../model/memory-views.ts"

/** Nothing was said yet. */
export const noMessages = Layer.sync(Messages, () => memoryMessages(new MemoryRows(), directLine))
