import { vaultWrites } from "./vault-statements.ts"
import { viewsWrites } from "./views-statements.ts"

/** The statements that the writer knows by name, by database. */
export const writes = { vault: vaultWrites, views: viewsWrites } as const
export type WriteName = keyof typeof vaultWrites | keyof typeof viewsWrites
/** Those on which the rest of their job depends. */
export const guards: ReadonlySet<WriteName> = new Set(["savePosition", "swap"])
