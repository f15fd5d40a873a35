import "effect/schema/SchemaJITCompiler/enable"
import { expect, it } from "vitest"
import { runModel } from "./run-model.ts"
import { show } from "./steps.ts"

const seed = Number(process.env["MODEL_SEED"] ?? 1 + Math.floor(Math.random() * 2 ** 31))
const histories = Number(process.env["MODEL_HISTORIES"] ?? 2000)

it(`keeps its promises in ${histories} histories of MODEL_SEED=${seed}`, { timeout: 600_000 }, async () => {
  console.log(`MODEL_SEED=${seed}`)
  const found = await runModel(seed, histories)
  expect(found && `${found.broken.rule}: ${found.broken.detail}\n${show(found.history)}`).toBeUndefined()
})
