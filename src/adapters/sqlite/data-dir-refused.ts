import { Schema } from "effect"

const sentences = {
  in_use: "another process writes to this directory",
  newer_schema: "it was written by a newer version of this program",
  damaged: "it is damaged, or no SQLite database",
  foreign: "it is another program's database, or was renamed",
  wrong_master_key: "none of the given master keys opens it",
  cannot_open: "it cannot be opened"
} as const

/** The data directory was not opened. Nothing in it was lost, and trying again does not help. */
export class DataDirRefused extends Schema.TaggedError<DataDirRefused>()("DataDirRefused", {
  /** The name of a file in the directory, or the directory. */
  file: Schema.String,
  reason: Schema.Literals(Object.keys(sentences) as ReadonlyArray<keyof typeof sentences>),
  /** A word for logs: an error code. */
  code: Schema.optionalKey(Schema.String)
}) {
  override get message(): string {
    return `${this.file}: ${sentences[this.reason]}${this.code === undefined ? "" : ` (${this.code})`}.`
  }
}
