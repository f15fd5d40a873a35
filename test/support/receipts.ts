import type { Receipt } from "../../src/application/ports/tombstones.ts"

/** As it is kept; nobody signed it. */
export const receiptFor = (registrationId: string, over: Partial<Receipt> = {}): Receipt => ({
  registrationId,
  erasedAt: "2026-11-26T09:00:00.000Z",
  erasedBy: "acme",
  keyFingerprint: "0".repeat(64),
  eventHash: "1".repeat(64),
  signature: "c2lnbmF0dXJl",
  publicKey: "cHVibGljIGtleQ==",
  ...over
})
