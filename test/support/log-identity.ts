import { Layer } from "effect"
import { Reconciled } from "../../src/application/driving/reconciled.ts"
import { LogIdentity } from "../../src/application/history/log-identity.ts"

/** A log that was put back from a backup so many times. */
export const logIdentity = (epoch = 0) => Layer.succeed(LogIdentity, { logId: "log", epoch })

/** With what is known of who was reconciled since. */
export const reconciledIn = (epoch = 0) => Reconciled.layer.pipe(Layer.provideMerge(logIdentity(epoch)))
