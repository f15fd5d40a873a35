import { Redacted, Result } from "effect"
import { ownMasterKeys } from "../../src/infrastructure/own-master-key.ts"

// Prints the master key of a data directory, which it makes if it is the first.
const [key] = Result.getOrThrow(ownMasterKeys(process.argv[2] ?? "", false))
console.log(Buffer.from(Redacted.value(key)).toString("hex"))
