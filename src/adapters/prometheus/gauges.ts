import { Option } from "effect"
import type { Registry } from "prom-client"
import type { Stock } from "../../application/use-cases/take-stock.ts"
import { gaugesOf, setOrForget } from "./gauge.ts"
import { publishingIn } from "./publishing.ts"

/** The files of the data directory, in bytes. */
export type DataFiles = {
  readonly databases: ReadonlyArray<{ readonly name: string; readonly bytes: number; readonly walBytes: number }>
  readonly disk: { readonly bytes: number; readonly freeBytes: number }
}

/** Everything that is asked for when somebody looks. What is not known then has no value, rather than an old one. */
export const gaugesIn = (registry: Registry) => {
  const gauge = gaugesOf(registry)
  const due = gauge("registrations_due", "Registrations whose next step is due (counted up to 100000).")
  const overdue = gauge(
    "registrations_overdue",
    "Registrations whose step is due for longer than SWEEP_INTERVAL and a minute (counted up to 100000)."
  )
  const oldest = gauge("oldest_due_age_seconds", "How long the oldest step that is not done is due; 0 when none is.")
  const lagPositions = gauge("follower_lag_positions", "Events that a follower has not seen yet.", "follower")
  const lagSeconds = gauge("follower_lag_seconds", "Age of the first event that a follower has not seen.", "follower")
  const end = gauge("log_end_position", "Position of the last event.")
  const blocked = gauge("messages_blocked", "1 when the messages end before an event of which none can be made.")
  const checkedTo = gauge("history_checked_position", "Position up to which the history was checked on this walk.")
  const checkedAt = gauge("history_checked_timestamp_seconds", "When the check of the history last came to the end.")
  const flaw = gauge("history_flaw", "1 when an event is not what was written, or the log cannot be read.")
  const up = gauge("dependency_up", "1 for up, 0 for down, as last used.", "dependency")
  const setPublishing = publishingIn(registry)
  const databaseBytes = gauge("database_bytes", "Size of a database without its WAL.", "database")
  const walBytes = gauge("wal_bytes", "Size of the WAL of a database.", "database")
  const diskBytes = gauge("disk_size_bytes", "Size of the file system of DATA_DIR.")
  const freeBytes = gauge("disk_free_bytes", "Room on the file system of DATA_DIR.")

  const setStock = ({ backlog, lag, end: position, isBlocked, historyCheck, dependencies, publishing }: Stock) => {
    const counts = Option.getOrUndefined(backlog)
    const behind = Option.getOrUndefined(lag)
    setOrForget(due, counts?.due)
    setOrForget(overdue, counts?.overdue)
    setOrForget(oldest, counts?.oldestAge)
    setOrForget(lagPositions, behind?.positions, { follower: "projection" })
    setOrForget(lagSeconds, behind?.seconds, { follower: "projection" })
    setOrForget(end, Option.getOrUndefined(position))
    setOrForget(blocked, Option.getOrUndefined(Option.map(isBlocked, Number)))
    checkedTo.set(historyCheck.checkedTo)
    setOrForget(checkedAt, historyCheck.at === undefined ? undefined : Date.parse(historyCheck.at) / 1000)
    flaw.set((historyCheck.flaw ?? historyCheck.outage) ? 1 : 0)
    setPublishing(publishing)
    for (const [dependency, condition] of Object.entries(dependencies))
      setOrForget(up, condition === "off" ? undefined : Number(condition === "up"), { dependency })
  }

  const setFiles = (files: DataFiles | undefined) => {
    setOrForget(diskBytes, files?.disk.bytes)
    setOrForget(freeBytes, files?.disk.freeBytes)
    databaseBytes.reset()
    walBytes.reset()
    for (const { name, bytes, walBytes: wal } of files?.databases ?? []) {
      databaseBytes.set({ database: name }, bytes)
      walBytes.set({ database: name }, wal)
    }
  }
  return { setStock, setFiles }
}
