import { availableParallelism, cpus, totalmem } from "node:os"
import * as accept from "./accept.ts"
import * as append from "./append.ts"
import * as checkpoints from "./checkpoints.ts"
import * as eventStoreDb from "./eventstoredb.ts"
import * as exporting from "./export.ts"
import * as feed from "./feed.ts"
import * as idle from "./idle.ts"
import * as largeLog from "./large-log.ts"
import * as list from "./list.ts"
import * as overload from "./overload.ts"
import * as publish from "./publish.ts"
import * as rebuild from "./rebuild.ts"
import * as replay from "./replay.ts"
import * as replayCommand from "./replay-command.ts"
import * as upload from "./upload.ts"
import * as verify from "./verify.ts"
import * as viewLag from "./view-lag.ts"
import * as whole from "./whole.ts"

/** One line of the result: the figure, and what it is held against. */
type Row = { readonly what: string; readonly figure: string; readonly target: string; readonly isMet: boolean }

const row = (what: string, figure: string, target: string, isMet: boolean): Row => ({ what, figure, target, isMet })

const rows: Array<Row> = []
const add = (one: Row) => {
  rows.push(one)
  console.log(`${one.isMet ? "met   " : "MISSED"}  ${one.what.padEnd(52)} ${one.figure.padEnd(34)} ${one.target}`)
}

console.log(
  `${cpus()[0]?.model}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}\n`
)

const appended = await append.run()
add(
  row(
    "append through the port / raw group commit",
    `${appended.ratio} (${appended.product} against ${appended.raw}/s)`,
    "≥ 0.70",
    appended.ratio >= 0.7
  )
)

const replayed = await replay.run()
add(
  row(
    "replay with decode",
    `${replayed.product} events/s (${replayed.ratio} of raw)`,
    "≥ 200,000",
    replayed.product >= 200_000
  )
)

const accepted = await accept.run()
add(
  row(
    "accepted registration / bare validated POST, CPU",
    `${(accepted.product / accepted.raw).toFixed(1)}, ${accepted.above} µs above (${accepted.product} against ${accepted.raw})`,
    "≤ 150 µs above",
    accepted.above <= 150
  )
)
add(
  row(
    "accepted registration, p99 at 64 connections",
    `${accepted.p99} ms at ${accepted.perSecond}/s`,
    "< 50 ms",
    accepted.p99 < 50
  )
)

const signed = await checkpoints.run()
add(
  row(
    "accepted registration without / with checkpoints",
    `${signed.ratio} (${signed.rounds.join(", ")})`,
    "≥ 0.97",
    signed.ratio >= 0.97
  )
)

const overloaded = await overload.run()
add(
  row(
    "three times the load: p99 of what is accepted",
    `${overloaded.p99} ms, ${overloaded.accepted}/s of ${overloaded.offered} (alone ${overloaded.capacity})`,
    "< 200 ms",
    overloaded.p99 < 200
  )
)
add(
  row(
    "three times the load: memory",
    `${overloaded.most} MiB (${overloaded.atFirst} after 5 s)`,
    "flat",
    overloaded.most < 1.2 * overloaded.atFirst
  )
)
add(
  row(
    "three times the load: a request right after it",
    `${overloaded.recovered} ms`,
    "< 200 ms",
    overloaded.recovered < 200
  )
)

const finished = await whole.run()
add(row("whole registrations, CPU per 1,000", `${finished.product} s`, "≤ 2.5 s", finished.product <= 2.5))
add(
  row(
    "whole registration, p99 at 64 in flight",
    `${finished.p99} ms at ${finished.perSecond}/s`,
    "< 250 ms",
    finished.p99 < 250
  )
)

const rested = await idle.run()
add(row("start", `${rested.startMillis} ms`, "< 1,500 ms", rested.startMillis < 1500))
add(row("idle", `${rested.idlePercent} % of a core`, "< 2 %", rested.idlePercent < 2))

const uploaded = await upload.run()
add(
  row(
    "upload of 4 MiB / bare stream of the same bytes",
    `${uploaded.ratio} (${uploaded.product} against ${uploaded.raw} MiB/s)`,
    "≥ 0.7",
    uploaded.ratio >= 0.7
  )
)
add(
  row(
    "50 uploads at once, slow storage: memory",
    `${uploaded.most} MiB (${uploaded.atFirst} after a second)`,
    "< 500 MiB, flat",
    uploaded.most < 500 && uploaded.most < 1.2 * uploaded.atFirst
  )
)

const large = await largeLog.run()
const events = large.events.toLocaleString("en")
add(row(`start with ${events} events`, `${large.startMillis} ms`, "< 5,000 ms", large.startMillis < 5000))
add(row(`memory after it`, `${large.mib} MiB`, "< 300 MiB", large.mib < 300))
add(
  row(
    "CPU of a command, 1,000,000 registrations / 1,000",
    `${large.ratio} (${large.many} against ${large.few} µs)`,
    "≤ 1.3",
    large.ratio <= 1.3
  )
)

const rebuilt = await rebuild.run()
add(
  row(
    `rebuild of rows and messages, ${rebuilt.events.toLocaleString("en")} events`,
    `${rebuilt.perSecond} events/s`,
    "≥ 100,000",
    rebuilt.perSecond >= 100_000
  )
)
add(
  row(
    "… memory",
    `${rebuilt.most} MiB (${rebuilt.atFirst} after a tenth)`,
    "± 50 MiB",
    rebuilt.most - rebuilt.atFirst <= 50
  )
)

const verified = await verify.run()
add(
  row(
    "verify / the same rows read and parsed",
    `${verified.perSecond} events/s (${verified.ratio})`,
    "≥ 200,000",
    verified.perSecond >= 200_000
  )
)
add(
  row(
    "… memory",
    `${verified.most} MiB (${verified.atFirst} after a tenth)`,
    "± 50 MiB",
    verified.most - verified.atFirst <= 50
  )
)

const replayedTwice = await replayCommand.run()
add(
  row(
    `certreg replay, ${replayedTwice.events.toLocaleString("en")} events`,
    `${replayedTwice.product} events/s (${replayedTwice.ratio} of reading all that it reads)`,
    "≥ 200,000, or 0.8 of reading",
    replayedTwice.product >= 200_000 || replayedTwice.ratio >= 0.8
  )
)
add(
  row(
    "… memory",
    `${replayedTwice.most} MiB (${replayedTwice.atFirst} after a tenth)`,
    "± 50 MiB",
    replayedTwice.most - replayedTwice.atFirst <= 50
  )
)

const exported = await exporting.run()
add(
  row(
    "export of one registration among 1,000,000",
    `${exported.millis} ms (${exported.checkpoints} checkpoints each)`,
    "< 50 ms",
    exported.millis < 50
  )
)

const lagOfRows = await viewLag.run()
add(row("rows behind the log at 1,000 events/s, p99", `${lagOfRows.p99} ms`, "< 250 ms", lagOfRows.p99 < 250))

const listed = await list.run()
add(row("list page at 1,000,000 rows, slowest filter", `${listed.slowest} ms`, "< 5 ms", listed.slowest < 5))

const fed = await feed.run()
add(
  row(
    "feed, pages of 1,000 / a bare server of the same bytes",
    `${fed.product} messages/s (${fed.ratio})`,
    "≥ 50,000",
    fed.product >= 50_000
  )
)

const published = await publish.run()
if (published === undefined) console.log("        Kafka: not measured, it takes Java and Maven")
else {
  add(
    row(
      "publisher from a backlog / raw batches",
      `${published.ratio} (${published.product} against ${published.raw}/s)`,
      "≥ 0.70",
      published.ratio >= 0.7
    )
  )
  add(
    row(
      "published behind the event at 1,000/s, p99",
      `${published.lagP99Millis} ms`,
      "< 1,000 ms",
      published.lagP99Millis < 1000
    )
  )
  add(
    row(
      "backlog of 1,000,000 messages: memory grows by",
      `${published.backlogGrowthMiB} MiB`,
      "≤ 50 MiB",
      published.backlogGrowthMiB <= 50
    )
  )
}

const elsewhere = await eventStoreDb.run()
const where = `EventStoreDB (${elsewhere.server})`
add(
  row(
    `${where}: append through the port / bare client`,
    `${elsewhere.append.ratio} (${elsewhere.append.product} against ${elsewhere.append.raw}/s)`,
    "≥ 0.85",
    elsewhere.append.ratio >= 0.85
  )
)
add(
  row(
    `${where}: feed / bare subscription`,
    `${elsewhere.feed.ratio} (${elsewhere.feed.product} against ${elsewhere.feed.raw}/s)`,
    "≥ 0.85",
    elsewhere.feed.ratio >= 0.85
  )
)
const { follower, restart } = elsewhere
add(
  row(
    `… ${follower.events.toLocaleString("en")} events behind: memory at most`,
    `${follower.mib} MiB at ${follower.perSecond} events/s`,
    "< 400 MiB",
    follower.mib < 400
  )
)
add(
  row(
    "… after a restart of the double the feed goes on",
    `${restart.slowest} ms${restart.isWhole ? "" : ", NOT WHOLE"}`,
    "< 5,000 ms, whole",
    restart.slowest < 5000 && restart.isWhole
  )
)
