import { createHmac, createSecretKey, randomBytes } from "node:crypto"
import { BoundedMap } from "./bounded-map.ts"

/** A person as the registry of contacts knows it: keyed hashes, so that nothing personal stays in memory. */
export interface Person {
  readonly nik: string
  readonly email: string | undefined
  readonly phoneNumber: string | undefined
  /** Last four digits of the NIK, which may choose a verdict. */
  readonly serial: string
}

/** Which NIK an e-mail address or a phone number is bound to: by the first certificate that was verified with it. */
export class Contacts {
  // A key object: node makes one of raw bytes for every hash, which takes six times as long as hashing.
  readonly #key = createSecretKey(randomBytes(32))
  readonly #nikOf: BoundedMap<string, string>

  constructor(limit: number) {
    this.#nikOf = new BoundedMap(limit * 2)
  }

  #hash(kind: string, value: string): string {
    return createHmac("sha256", this.#key).update(`${kind} ${value.toLowerCase()}`).digest("base64")
  }

  person(nik: bigint, email: string | undefined, phoneNumber: string | undefined): Person {
    const digits = String(nik)
    return {
      nik: this.#hash("nik", digits),
      email: email === undefined ? undefined : this.#hash("email", email),
      phoneNumber: phoneNumber === undefined ? undefined : this.#hash("phone", phoneNumber),
      serial: digits.slice(-4)
    }
  }

  /** The reason code of the contract for a contact that is bound to another NIK. */
  taken(person: Person): "EMAIL_HAS_BEEN_USED" | "PHONE_HAS_BEEN_USED" | undefined {
    const foreign = (contact: string | undefined) =>
      contact !== undefined && (this.#nikOf.get(contact) ?? person.nik) !== person.nik
    if (foreign(person.email)) return "EMAIL_HAS_BEEN_USED"
    return foreign(person.phoneNumber) ? "PHONE_HAS_BEEN_USED" : undefined
  }

  bind(person: Person): void {
    for (const contact of [person.email, person.phoneNumber])
      if (contact !== undefined) this.#nikOf.set(contact, person.nik)
  }

  clear(): void {
    this.#nikOf.clear()
  }
}
