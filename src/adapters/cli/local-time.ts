/** Writes times (RFC 3339) as the clocks of a time zone show them, with the offset from UTC that they had then. `timeZone`: an IANA name. */
export const makeLocalTime = (timeZone: string): ((time: string) => string) => {
  const format = new Intl.DateTimeFormat("en", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
    hourCycle: "h23",
    timeZoneName: "longOffset"
  })
  return (time) => {
    const { year, month, day, hour, minute, second, fractionalSecond, timeZoneName } = Object.fromEntries(
      format.formatToParts(new Date(time)).map(({ type, value }) => [type, value])
    )
    const offset = timeZoneName?.replace("GMT", "") || "+00:00"
    return `${year}-${month}-${day} ${hour}:${minute}:${second}.${fractionalSecond} ${offset}`
  }
}

/** The time zone of this process, an IANA name; UTC where it has none that has a name. */
export const localTimeZone = (): string => {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
  try {
    makeLocalTime(timeZone)
    return timeZone
  } catch {
    return "UTC"
  }
}
