import { help, readOptions } from "./options.ts"
import { serve } from "./server.ts"
import { makeSimulator } from "./simulator.ts"
import { endings, traits } from "./test-values.ts"

const args = process.argv.slice(2)
const say = (event: string, fields: object = {}): void => console.log(JSON.stringify({ event, ...fields }))

if (args.includes("--help")) {
  const values = Object.entries({ ...endings, ...traits }).map(
    ([name, meaning]) => `  .sim-${name.padEnd(21)}${meaning}`
  )
  console.log(`The Esign platform, simulated.\n\nOptions:\n${help()}\n\nIn a partner user id:\n${values.join("\n")}`)
} else {
  const { options, wrong } = readOptions(args, process.env)
  if (wrong.length > 0) {
    console.error(`Wrong values: ${wrong.join(", ")}. --help lists what they take.`)
    process.exit(2)
  }
  try {
    const { close, ...ports } = await serve(makeSimulator(options), options)
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => close().then(() => say("stopped")))
    say("listening", { host: options.host, ...ports })
  } catch (error) {
    console.error(`Cannot listen: ${error instanceof Error && "code" in error ? error.code : "unknown"}`)
    process.exit(1)
  }
}
