import { Context } from "effect"

/** A key that signs with Ed25519 (RFC 8032). */
export type SigningKey = {
  /** Base64 of its SPKI form (RFC 8410). */
  readonly publicKey: string
  /** 64 bytes, always the same for the same text (UTF-8). */
  readonly sign: (text: string) => Uint8Array
}

/** Who signs checkpoints and receipts. */
export class Signer extends Context.Service<
  Signer,
  {
    readonly current: SigningKey
    /** Keys that signed before, while one takes the place of another. */
    readonly former: ReadonlyArray<SigningKey>
  }
>()("certreg/application/ports/Signer") {}
