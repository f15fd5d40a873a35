import { createPublicKey, verify } from "node:crypto"
import { rfc8785 } from "./rfc.ts"

/** What `DELETE …/personal-data` answers with (contract/service-api §2). */
export interface Erasure {
  readonly registrationId: string
  readonly erasedAt: string
  readonly erasedBy: string
  readonly keyFingerprint?: string
  readonly eventHash: string
  readonly signature: string
  readonly publicKey: string
}

/** Whether a receipt was signed with the key that it names: Ed25519 over the RFC 8785 form of its other members. */
export const isSigned = ({ signature, publicKey, ...content }: Erasure): boolean => {
  const key = createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" })
  return verify(null, Buffer.from(rfc8785(content)), key, Buffer.from(signature, "base64url"))
}
