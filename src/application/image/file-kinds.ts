// Heads of files, one character a byte. Bytes are written as strings, since that is what startsWith takes.

type Kind = { readonly name: string; readonly is: (head: string) => boolean }

const begins =
  (...signatures: ReadonlyArray<string>) =>
  (head: string) =>
    signatures.some((signature) => head.startsWith(signature))

const byteOrderMark = "\xef\xbb\xbf"
const isUtf16 = (text: string) => /^(?:[^\0]\0|\0[^\0]){4}/.test(text)

/** What a reader of text, in UTF-8 or UTF-16, would see first. */
const textOf = (head: string) => {
  const text = head.replace(/^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, "")
  return (isUtf16(text) ? text.replaceAll("\0", "") : text).trimStart()
}

/** Kinds that somebody would open or run when they are cut out of the image that they hang on. */
const openable: ReadonlyArray<Kind> = [
  { name: "a ZIP archive", is: begins("PK\x03\x04", "PK\x05\x06", "PK\x07\x08", "PK00PK") },
  { name: "a RAR archive", is: begins("Rar!\x1a\x07", "RE~^") },
  { name: "a 7z archive", is: begins("7z\xbc\xaf\x27\x1c") },
  { name: "a gzip file", is: begins("\x1f\x8b\x08") },
  { name: "an ELF program", is: begins("\x7fELF") },
  { name: "a Windows program", is: begins("MZ") },
  { name: "a PDF", is: (head) => textOf(head).startsWith("%PDF") },
  { name: "a script", is: (head) => textOf(head).startsWith("#!") },
  // A declaration, a comment, or a whole opening tag: vendors' records begin with a lone "<" at times.
  { name: "HTML, SVG or other XML", is: (head) => /^<([!?%]|[a-z_][\w:.-]*[\s/>])/i.test(textOf(head)) }
]

const brands = (head: string) => (head.startsWith("ftyp", 4) ? head.slice(8, Math.max(head.charCodeAt(3), 12)) : "")

const textConverted = "an image damaged by a conversion to text (send the bytes as they are)"

/** What people send in place of a JPEG or PNG. */
const mistaken: ReadonlyArray<Kind> = [
  { name: "an AVIF image", is: (head) => /avi[fs]/.test(brands(head)) },
  { name: "a HEIC image", is: (head) => /hei[cfxms]|hev[cxms]|mif1|msf1/.test(brands(head)) },
  { name: "a video or another media file", is: (head) => brands(head) !== "" },
  { name: "a WebP image", is: (head) => head.startsWith("RIFF") && head.startsWith("WEBP", 8) },
  { name: "a GIF image", is: begins("GIF8") },
  // Followed by a size below 16 MiB, which no English word is.
  { name: "a BMP image", is: (head) => head.startsWith("BM") && !/^[ -~]{4}/.test(head.slice(2)) },
  { name: "a TIFF image", is: begins("II*\x00", "MM\x00*", "II+\x00", "MM\x00+") },
  { name: "a JPEG XL image", is: begins("\xff\x0a", "\x00\x00\x00\x0cJXL ") },
  { name: "a JPEG 2000 image", is: begins("\xff\x4f\xff\x51", "\x00\x00\x00\x0cjP  ") },
  { name: "a data URL (send the bytes that it stands for)", is: (head) => /^["']?data:/i.test(textOf(head)) },
  {
    name: "hexadecimal text (send the bytes that it stands for)",
    is: (head) => /^["']?(\\x|0x)?(ffd8ff|89504e47)/i.test(textOf(head))
  },
  { name: "a multipart form (send the image's bytes alone)", is: (head) => /^--+[\w.'=]{6,}/.test(head) },
  {
    name: "base64 text (send the bytes that it stands for)",
    // By how a JPEG or PNG begins in it, or of whatever else by having nothing but its letters.
    is: (head) => /^["']?([/_]9j[/_]|%2F9j%2F|iVBORw0KGgo|[\w+/\r\n-]{60})/i.test(textOf(head))
  },
  {
    // By question marks for what is no ASCII, or by that left out.
    name: textConverted,
    is: (head) => /^(\?{4})?[\s\S]{0,2}(JFIF|Exif)\0/.test(head)
  },
  {
    name: textConverted,
    is: begins(
      // Replacement characters for what is no UTF-8, or question marks for what is no ASCII.
      "\xef\xbf\xbd",
      "?PNG\r\n",
      "PNG\r\n\x1a\n",
      // Latin-1 or Windows-1252 written as UTF-8.
      "\xc3\xbf\xc3\x98",
      "\xc2\x89PNG",
      "\xe2\x80\xb0PNG",
      // Latin-1 written as UTF-16.
      "\xff\x00\xd8\x00",
      "\xff\xfe\xff\x00\xd8\x00",
      "\x89\x00P\x00N\x00",
      "\xff\xfe\x89\x00P\x00",
      // A byte order mark in front, or line ends or eighth bits changed: what the PNG signature was made to show.
      `${byteOrderMark}\xff\xd8`,
      `${byteOrderMark}\x89PNG`,
      "\x89PNG",
      "\x09PNG\r\n",
      "\x7fX\x7f"
    )
  }
]

const nameIn = (kinds: ReadonlyArray<Kind>, head: string) => kinds.find((kind) => kind.is(head))?.name

/** Names, with its article, what else than an image would be opened or run from these bytes on. */
export const openableKind = (head: string): string | undefined => nameIn(openable, head)

/** Names, with its article, what a file is that is neither JPEG nor PNG, where that can be said. */
export const otherKind = (head: string): string | undefined => nameIn(mistaken, head) ?? nameIn(openable, head)
