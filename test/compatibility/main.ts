import { mkdirSync, writeFileSync } from "node:fs"
import {
  docsFolder,
  messageDocuments,
  publishedDocuments,
  releasedFolder,
  textOf
} from "../support/compatibility/documents.ts"
import type { Json } from "../support/compatibility/shapes.ts"

const write = (folder: URL, documents: { readonly [file: string]: Json }) => {
  mkdirSync(folder, { recursive: true })
  for (const [file, document] of Object.entries(documents)) writeFileSync(new URL(file, folder), textOf(document))
}

// Writes the files that are made from the code; `released`: also what later versions are compared with.
write(docsFolder, messageDocuments)
if (process.argv.includes("released")) write(releasedFolder, publishedDocuments)
