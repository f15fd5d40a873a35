import type { Caller } from "./caller.ts"

/** What one partner user wants, and what the platform makes of it; `values` are test values of the simulator. */
type Fate = { readonly values: string; readonly play: (caller: Caller) => Promise<void> }

const through =
  (end: "issued" | "rejected" | "failed") =>
  async ({ request, uploadBoth, endsAs }: Caller): Promise<void> => {
    const acknowledged = await request()
    await uploadBoth(acknowledged)
    await endsAs(acknowledged, end)
  }

const direct = async ({ request, sendDirectly, endsAs }: Caller) => {
  const acknowledged = await request()
  await sendDirectly(acknowledged)
  await endsAs(acknowledged, "issued")
}

const withdrawn = async ({ request, uploadBoth, withdraw, endsAs }: Caller) => {
  const acknowledged = await request()
  await uploadBoth(acknowledged)
  await endsAs(acknowledged, (await withdraw(acknowledged)) ? "withdrawn" : "issued")
}

const erased = async ({ request, uploadBoth, erase, endsAs }: Caller) => {
  const acknowledged = await request()
  await uploadBoth(acknowledged)
  await erase(acknowledged)
  await endsAs(acknowledged, "withdrawn", "issued")
}

const erasedAfterHold = async ({ request, eraseDuringHold, endsAs }: Caller) => {
  const acknowledged = await request()
  await eraseDuringHold(acknowledged)
  await endsAs(acknowledged, "withdrawn")
}

const twice = async ({ request, uploadBoth, endsAs }: Caller) => {
  for (const attempt of [1, 2]) {
    const acknowledged = await request(attempt)
    await uploadBoth(acknowledged)
    await endsAs(acknowledged, "rejected")
  }
}

/** What a load balancer asks, as long as the others are at work. */
export const probe = async ({ send }: Caller, isOver: () => boolean): Promise<void> => {
  while (!isOver()) for (const path of ["/health/ready", "/metrics"]) await send("GET", path)
}

/** A mixed load: each of these users once. */
export const fates: ReadonlyArray<Fate> = [
  { values: "", play: through("issued") },
  { values: "duplicate reorder", play: through("issued") },
  { values: "silent confirm-lag", play: through("issued") },
  { values: "", play: direct },
  { values: "silent", play: withdrawn },
  { values: "silent", play: erased },
  { values: "", play: erasedAfterHold },
  { values: "rejected-NOT_EKTP", play: twice },
  { values: "partial-first failed-SYSTEM_ERROR", play: through("failed") },
  { values: "gone-urls", play: through("issued") },
  { values: "urls-drop-after", play: through("issued") },
  { values: "confirm-500-after silent", play: through("issued") },
  { values: "ktp-500 selfie-cut", play: through("issued") }
]
