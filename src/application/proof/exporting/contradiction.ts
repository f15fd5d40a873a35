/** Where an export contradicts itself or what it is held against. */
export type Place =
  | { readonly in: "file" | "signers.first" | "publicKey" | "key" | "events" }
  | { readonly in: "signers.changes" | "checkpoints" | "event"; readonly n: number }

/** Why an export proves nothing. `what` is a clause about the place. */
export type Contradiction = { readonly _tag: "Contradiction"; readonly place: Place; readonly what: string }

export const contradiction = (place: Place, what: string): Contradiction => ({ _tag: "Contradiction", place, what })

/** The place as a path in the file. */
export const pathOf = (place: Place): string => {
  if ("n" in place) return `file.${place.in === "event" ? "events" : place.in}[${place.n}]`
  if (place.in === "key") return "the given key"
  return place.in === "file" ? "file" : `file.${place.in}`
}
