import "effect/schema/SchemaJITCompiler/enable"
import { expect, it } from "vitest"
import { runModel } from "./run-model.ts"
import { show } from "./steps.ts"

const given = process.env["MODEL_HISTORIES"]
const histories = Number(given ?? 2000)
// Among all the tests the same histories each time; a run of its own looks for others.
const seed = Number(process.env["MODEL_SEED"] ?? (given ? 1 + Math.floor(Math.random() * 2 ** 31) : 4242))

it(`keeps its promises in ${histories} histories of MODEL_SEED=${seed}`, { timeout: 600_000 }, async () => {
  console.log(`MODEL_SEED=${seed}`)
  const found = await runModel(seed, histories)
  expect(found && `${found.broken.rule}: ${found.broken.detail}\n${show(found.history)}`).toBeUndefined()
})
