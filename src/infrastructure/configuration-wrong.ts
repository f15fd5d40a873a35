import { Schema } from "effect"
import type { Problem } from "./problem.ts"

/** Everything that is wrong with the configuration. Values are not repeated: some are secrets. */
export class ConfigurationWrong extends Schema.TaggedError<ConfigurationWrong>()("ConfigurationWrong", {
  problems: Schema.Array(Schema.Struct({ variable: Schema.String, rule: Schema.String }))
}) {
  override get message(): string {
    return ["The configuration is wrong:", ...this.problems.map(({ variable, rule }) => `  ${variable} ${rule}.`)].join(
      "\n"
    )
  }
}

/** Each variable is named once, with the first thing that is wrong with it. */
export const configurationWrong = (problems: ReadonlyArray<Problem>): ConfigurationWrong => {
  const first = new Map<string, Problem>()
  for (const problem of problems) if (!first.has(problem.variable)) first.set(problem.variable, problem)
  return new ConfigurationWrong({ problems: [...first.values()] })
}
