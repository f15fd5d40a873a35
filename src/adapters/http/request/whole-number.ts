const digits = /^\d{1,4}$/

/** A whole number in digits, from `least` to `most`; undefined for anything else. */
export const wholeNumber = (text: string, least: number, most: number): number | undefined => {
  const number = digits.test(text) ? Number(text) : Number.NaN
  return number >= least && number <= most ? number : undefined
}
