import { Counter, Gauge, Histogram, type Registry } from "prom-client"
import {
  callOutcomes,
  feedWays,
  platformCalls,
  refusalReasons,
  type Telemetry
} from "../../application/ports/telemetry.ts"
import { gaugesOf } from "./gauge.ts"

/** Upper bounds in seconds: of what a disk does, of what is answered, of what is called, of an image on its way. */
const disk = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
const answers = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
const calls = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900]
const groups = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]

/** Callers choose among the methods that a server knows, and that are more than those of any route. */
const methods: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])

/** Everything that is counted as it happens. */
export const countersIn = (registry: Registry): Telemetry["Service"] => {
  const registers = [registry]
  const requests = new Counter({
    name: "certreg_http_requests_total",
    help: "Requests that were answered; status none: the caller had gone before.",
    labelNames: ["route", "method", "status"],
    registers
  })
  const requestSeconds = new Histogram({
    name: "certreg_http_request_duration_seconds",
    help: "From the headers of a request to the end of its answer, held ones included.",
    labelNames: ["route", "method"],
    buckets: answers,
    registers
  })
  const refused = new Counter({
    name: "certreg_requests_refused_total",
    help: "Requests that were refused early: too many commands were under way, the event loop lagged, or too many callbacks came.",
    labelNames: ["reason"],
    registers
  })
  let streams = 0
  new Gauge({
    name: "certreg_feed_streams",
    help: "Event streams that are open.",
    registers,
    collect() {
      this.set(streams)
    }
  })
  const fed = new Counter({
    name: "certreg_feed_messages_total",
    help: "Messages of the feed that were given, by page or stream; one that several clients got counts for each.",
    labelNames: ["way"],
    registers
  })
  const commands = new Counter({
    name: "certreg_commands_total",
    help: "Commands by what became of them: done, nothing (it was so already), conflict (decided again), unavailable, or a refusal.",
    labelNames: ["command", "outcome"],
    registers
  })
  const platform = new Counter({
    name: "certreg_platform_calls_total",
    help: "Calls of the platform and its storage by how they ended.",
    labelNames: ["call", "outcome"],
    registers
  })
  const platformSeconds = new Histogram({
    name: "certreg_platform_call_duration_seconds",
    help: "From the start of a call to its end, with the wait for a token; an upload with that for its image.",
    labelNames: ["call"],
    buckets: calls,
    registers
  })
  const pings = new Counter({
    name: "certreg_callback_pings_total",
    help: "Callbacks that name no submission.",
    registers
  })
  const groupJobs = new Histogram({
    name: "certreg_store_group_jobs",
    help: "Jobs that the writer did in one go.",
    buckets: groups,
    registers
  })
  const commitSeconds = new Histogram({
    name: "certreg_store_commit_duration_seconds",
    help: "How long the writer was at work on one group.",
    buckets: disk,
    registers
  })
  const appendSeconds = new Histogram({
    name: "certreg_store_append_duration_seconds",
    help: "From the asking for an append to its end, waiting included.",
    buckets: disk,
    registers
  })
  let waiting = 0
  new Gauge({
    name: "certreg_store_waiting_jobs",
    help: "Jobs that the writer has not done yet.",
    registers,
    collect() {
      this.set(waiting)
    }
  })
  const gauge = gaugesOf(registry)
  const coveredTo = gauge("checkpoint_position", "Position up to which the log is covered by a signed checkpoint.")
  const signedAt = gauge("checkpoint_timestamp_seconds", "When the last checkpoint was signed.")
  // An alert on a rate needs a first value.
  for (const reason of refusalReasons) refused.inc({ reason }, 0)
  for (const way of feedWays) fed.inc({ way }, 0)
  for (const call of platformCalls) for (const outcome of callOutcomes) platform.inc({ call, outcome }, 0)

  let pinged = 0
  return {
    requestAnswered: (route = "none", given, status, seconds) => {
      const method = given === undefined ? "none" : methods.has(given) ? given : "other"
      requests.inc({ route, method, status: status ?? "none" })
      requestSeconds.observe({ route, method }, seconds)
    },
    streamsOpen: (count) => {
      streams = count
    },
    messagesSent: (way, count) => fed.inc({ way }, count),
    requestRefused: (reason) => refused.inc({ reason }),
    commandDecided: (command, outcome) => commands.inc({ command, outcome }),
    platformCalled: (call, outcome, seconds) => {
      platform.inc({ call, outcome })
      platformSeconds.observe({ call }, seconds)
    },
    callbackPinged: () => {
      pings.inc()
      return ++pinged
    },
    groupCommitted: (jobs, seconds) => {
      groupJobs.observe(jobs)
      commitSeconds.observe(seconds)
    },
    appended: (seconds) => appendSeconds.observe(seconds),
    jobsWaiting: (count) => {
      waiting = count
    },
    checkpointSigned: (position, at) => {
      coveredTo.set(position)
      signedAt.set(at)
    }
  }
}
