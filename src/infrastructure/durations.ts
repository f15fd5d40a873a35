import type { Kind } from "./reader.ts"

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
const units = { millis: 1, second, minute, hour, day } as const

const spelling = /^(\d{1,9}(?:\.\d{1,3})?)\s+(millis|(?:second|minute|hour|day)s?)$/

/** Whole milliseconds of `<number> <millis|second(s)|minute(s)|hour(s)|day(s)>` (service-api §5), or undefined. */
const parseDuration = (text: string): number | undefined => {
  const [, amount, unit = ""] = spelling.exec(text.trim()) ?? []
  if (amount === undefined) return undefined
  const name = unit === "millis" ? unit : (unit.replace(/s$/, "") as Exclude<keyof typeof units, "millis">)
  return Math.round(Number(amount) * units[name])
}

const between = (range: string, least: number, most: number): Kind<number> => ({
  takes: `a duration from ${range}, as <number> <millis|second(s)|minute(s)|hour(s)|day(s)>`,
  read: (text) => {
    const millis = parseDuration(text)
    return millis !== undefined && millis >= least && millis <= most ? millis : undefined
  }
})

/** Something that a timer waits for: timers of more than 24.8 days fire at once. */
export const pause = between("1 millis to 1 day", 1, day)
export const pauseOrNone = between("0 seconds to 1 day", 0, day)
/** Something that is compared with the clock. */
export const period = between("1 millis to 3650 days", 1, 3650 * day)
