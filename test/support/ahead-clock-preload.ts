// Loaded before a program (`--import`): its wall clock is so many milliseconds ahead of the real one, in all its threads.
const ahead = Number(process.env["CLOCK_AHEAD"])
const RealDate = Date

class AheadDate extends RealDate {
  constructor(...given: ReadonlyArray<unknown>) {
    if (given.length === 0) super(RealDate.now() + ahead)
    else super(...(given as [number]))
  }

  static override now(): number {
    return RealDate.now() + ahead
  }
}

globalThis.Date = AheadDate as DateConstructor
