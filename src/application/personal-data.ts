import { Effect, Redacted, Schema } from "effect"
import { Personal } from "../domain/applicant/personal.ts"
import type { Sealed } from "../domain/registration/events.ts"
import { streamOf } from "./history/ids.ts"
import type { PresignedUrls } from "./ports/esign-platform.ts"
import { Vault } from "./ports/vault.ts"

const personalAt = (id: string) => ({ stream: streamOf(id), type: "Requested", field: "personal" })
const urlsAt = (id: string) => ({ stream: streamOf(id), type: "UrlsIssued", field: "urls" })

const decodePersonal = Schema.decodeUnknownSync(Personal)

/** Seals who the certificate is for under a key that is durable already. */
export const sealPersonal = (id: string, keyId: string, personal: Personal) =>
  Vault.use((vault) => vault.seal(keyId, personalAt(id), Redacted.make(JSON.stringify(personal))))

export const openPersonal = (id: string, sealed: Sealed) =>
  Vault.use((vault) => vault.open(sealed, personalAt(id))).pipe(
    Effect.map((plain) => Redacted.make(decodePersonal(JSON.parse(Redacted.value(plain)))))
  )

export const sealUrls = (id: string, keyId: string, urls: Redacted.Redacted<PresignedUrls>) =>
  Vault.use((vault) => vault.seal(keyId, urlsAt(id), Redacted.make(JSON.stringify(Redacted.value(urls)))))

export const openUrls = (id: string, sealed: Sealed) =>
  Vault.use((vault) => vault.open(sealed, urlsAt(id))).pipe(
    Effect.map((plain) => Redacted.make(JSON.parse(Redacted.value(plain)) as PresignedUrls))
  )
