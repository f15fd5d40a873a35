/** Which chunk may follow which (PNG 3, clause 5.6), as far as common decoders insist on it. */
export class PngChunkOrder {
  /** Set once the image header is known. */
  needsPalette = false
  #previous = ""
  #hasPalette = false
  #imageData: "none" | "empty" | "some" = "none"

  /** Takes the next chunk; returns what is wrong with its place or length. */
  next(type: string, length: number): string | undefined {
    const previous = this.#previous
    this.#previous = type
    if ((previous === "") !== (type === "IHDR")) return "the image header does not come first, or comes twice"
    switch (type) {
      case "IHDR":
        return length === 13 ? undefined : "the image header has a wrong length"
      case "PLTE":
        return this.#palette(length)
      case "IDAT":
        return this.#data(previous, length)
      case "IEND":
        if (this.#imageData !== "some") return "it ends before any image data"
        return length === 0 ? undefined : "its last chunk is not empty"
      default:
        // An upper-case first letter: a chunk that a reader must know to show the image.
        return /^[A-Z]/.test(type) ? "there is a chunk that no common reader knows" : undefined
    }
  }

  // A palette in a grey image is forbidden, and passed over by every decoder: taken here too.
  #palette(length: number): string | undefined {
    if (this.#hasPalette || this.#imageData !== "none") return "the palette comes twice, or after the image data"
    this.#hasPalette = true
    return length % 3 === 0 && length >= 3 && length <= 768 ? undefined : "the palette has a wrong length"
  }

  #data(previous: string, length: number): string | undefined {
    if (this.needsPalette && !this.#hasPalette) return "the palette is missing"
    if (this.#imageData !== "none" && previous !== "IDAT") return "other chunks stand between its image data"
    if (length > 0) this.#imageData = "some"
    else if (this.#imageData === "none") this.#imageData = "empty"
    return undefined
  }
}
