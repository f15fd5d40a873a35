import { dim, red, yellow } from "./paint.ts"

const plain = (text: string) => text
const paints: { readonly [level: string]: (text: string) => string } = { warn: yellow, error: red }

/** A line of a program's stdout as somebody reads it: `10:12:13.123 listening host=127.0.0.1 port=8080`; what is no JSON as it is. */
export const logText = (line: string): string => {
  try {
    const { level, time = "", event, ...fields } = JSON.parse(line)
    const pairs = Object.entries(fields).map(([name, value]) => ` ${dim(`${name}=`)}${value}`)
    return `${time.slice(11, 23).padStart(12)} ${(paints[level] ?? plain)(event)}${pairs.join("")}`
  } catch {
    return line
  }
}
