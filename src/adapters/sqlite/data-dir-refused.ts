import { Schema } from "effect"

const remedyOfAccess = "see that this user may read and write it, and that the disk has room and works"
/** What is wrong, and what to do about it. */
const sentences = {
  in_use: ["another process writes to this directory", "stop that one, or set another DATA_DIR"],
  newer_schema: ["it was written by a newer version of this program", "start that version, or a later one"],
  damaged: ["it is damaged, or no SQLite database", "restore log and vault from one backup"],
  foreign: ["it is another program's database, or was renamed", "set another DATA_DIR, or put the right file back"],
  lost: ["it is missing or empty, while log.db is there", "restore both from one backup"],
  log_lost: [
    "it is missing or empty, while vault.db is there",
    "restore both from one backup, or set EVENT_STORE=eventstoredb if that is where the log lies"
  ],
  other_store: [
    "it holds a log, which EVENT_STORE=eventstoredb would not go on with",
    "set EVENT_STORE=sqlite, or another DATA_DIR"
  ],
  wrong_master_key: [
    "the given master keys do not open all of it",
    "give the one that it was made with, and any that came first since (MASTER_KEY, MASTER_KEY_FILE or the file master.key)"
  ],
  no_lock: ["it should be empty, and is something else", "delete it"],
  not_there: ["it is missing or empty", "give the DATA_DIR of a service that was started once"],
  older_schema: [
    "it was written by an older version of this program",
    "start this version on it once, or read it with that one"
  ],
  half_restored: ["a restore was begun and did not get to its end", "run certreg restore again"],
  cannot_read: [
    "it cannot be read",
    "see that this user may read it and write to its directory, where SQLite makes files beside it, or copy the whole directory to where he may, and set DATA_DIR to that"
  ],
  cannot_open: ["it cannot be opened", remedyOfAccess]
} as const
type Reason = keyof typeof sentences

/** The data directory was not opened. Nothing in it was lost, and trying again does not help. */
export class DataDirRefused extends Schema.TaggedError<DataDirRefused>()("DataDirRefused", {
  /** The name of a file in the directory, or the directory. */
  file: Schema.String,
  reason: Schema.Literals(Object.keys(sentences) as ReadonlyArray<Reason>),
  /** A word for logs: an error code. */
  code: Schema.optionalKey(Schema.String)
}) {
  override get message(): string {
    const [what, remedy] = sentences[this.reason]
    return `${this.file}: ${what}${this.code === undefined ? "" : ` (${this.code})`}: ${remedy}.`
  }
}
