export interface Instruction {
  readonly name: string
  /** `--from=installed` is `from`. */
  readonly flags: Readonly<Record<string, string>>
  /** Of a list in brackets its items, otherwise what stands between the spaces. */
  readonly words: ReadonlyArray<string>
}
export interface Stage {
  readonly image: string
  readonly name: string | undefined
  readonly instructions: ReadonlyArray<Instruction>
}

const wordsOf = (text: string): ReadonlyArray<string> => (text.startsWith("[") ? JSON.parse(text) : text.split(/\s+/))

const instructionOf = (line: string): Instruction => {
  const [, name = "", rest = ""] = /^(\w+)\s+(.*)$/.exec(line) ?? []
  const flags: Record<string, string> = {}
  let text = rest
  for (let flag = /^--([\w-]+)=(\S+)\s+/.exec(text); flag !== null; flag = /^--([\w-]+)=(\S+)\s+/.exec(text)) {
    flags[flag[1] ?? ""] = flag[2] ?? ""
    text = text.slice(flag[0].length)
  }
  // The command of a health check.
  return { name: name.toUpperCase(), flags, words: wordsOf(text.replace(/^CMD\s+(?=\[)/, "")) }
}

/** The stages of a Dockerfile. Knows what ours uses: no heredocs, quotes, variables or parser directives. */
export const stagesOf = (dockerfile: string): ReadonlyArray<Stage> => {
  const lines = dockerfile
    .split("\n")
    .filter((line) => !/^\s*(#|$)/.test(line))
    .join("\n")
    .replace(/\\\n\s*/g, "")
    .split("\n")
  const stages: Array<{ image: string; name: string | undefined; instructions: Array<Instruction> }> = []
  for (const instruction of lines.map(instructionOf)) {
    const [image = "", , name] = instruction.words
    if (instruction.name === "FROM") stages.push({ image, name, instructions: [] })
    else stages.at(-1)?.instructions.push(instruction)
  }
  return stages
}

/** What a stage says how to run it. */
export const settingsOf = ({ instructions }: Stage) => {
  const last = (name: string) => instructions.findLast((one) => one.name === name)?.words ?? []
  const pairs = instructions.filter(({ name }) => name === "ENV").flatMap(({ words }) => words)
  return {
    env: Object.fromEntries(
      pairs.map((pair): [string, string] => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)])
    ),
    entrypoint: last("ENTRYPOINT"),
    command: last("CMD"),
    health: last("HEALTHCHECK"),
    user: last("USER")[0],
    workdir: last("WORKDIR")[0] ?? "/",
    volumes: last("VOLUME")
  }
}
