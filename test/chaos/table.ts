import type { Row } from "./campaign.ts"

const seconds = (millis: number) => `${(millis / 1000).toFixed(1)} s`
const sum = (rows: ReadonlyArray<Row>, of: (row: Row) => number) => rows.reduce((total, row) => total + of(row), 0)

/** The ratios first, and then a line for each crash point. */
export const tableOf = (rows: ReadonlyArray<Row>): string => {
  const registrations = sum(rows, (row) => row.registrations)
  const cells = [
    ["crash point", "rounds", "lost", "repeated", "slowest recovery"],
    ...rows.map(({ name, rounds, lost, repeated, slowest }) => [
      name,
      String(rounds),
      String(lost.length),
      String(repeated.length),
      seconds(slowest)
    ])
  ]
  const line = ([name = "", ...figures]: ReadonlyArray<string>) =>
    [name.padEnd(44), ...figures.map((figure, i) => figure.padStart(i === 3 ? 18 : 10))].join("")
  return [
    `lost      ${sum(rows, ({ lost }) => lost.length)} / ${registrations} acknowledged registrations`,
    `repeated  ${sum(rows, ({ repeated }) => repeated.length)} / ${registrations}`,
    `crashes   ${sum(rows, ({ rounds }) => rounds)} at ${rows.length} points; slowest recovery ${seconds(Math.max(...rows.map(({ slowest }) => slowest)))}`,
    "",
    ...cells.map(line)
  ].join("\n")
}
