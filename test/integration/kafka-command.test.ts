import { readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, it, onTestFinished } from "vitest"
import { log } from "../../src/adapters/sqlite/schema.ts"
import { readCursor, writeCursor } from "../../src/application/messages/feed-cursor.ts"
import { runNode } from "../support/run-node.ts"
import { startService } from "../support/service.ts"
import { startableEnv } from "../support/startable-env.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const folder = temporaryFolder()
const brokers = { KAFKA_BROKERS: "127.0.0.1:1" }

it("certreg kafka republish and accept ask the running service, do it alone where none runs, and need no broker", async () => {
  const service = await startService()
  onTestFinished(() => service.close())
  const kafka = (args: string, env: Readonly<Record<string, string>> = brokers) =>
    runNode("src/infrastructure/certreg.ts", ["kafka", ...args.split(" ")], { ...service.env, ...env }, folder)
  await service.api.register("republished")

  // The service has no brokers, whatever the command is given.
  for (const args of ["republish --from start", "accept"])
    expect(await kafka(args)).toMatchObject({
      code: 1,
      stderr: "KAFKA_BROKERS is missing where the service was started: nothing goes to Kafka.\n"
    })

  await service.kill("SIGTERM")
  const nothing = { code: 1, stdout: "", stderr: expect.stringContaining("there is nothing to accept") }
  expect(await kafka("accept")).toMatchObject(nothing)
  const done = { code: 0, stderr: "" }
  expect(await kafka("republish --from start")).toMatchObject({
    ...done,
    stdout: "The messages after position 0 are published again, to the topic as it is now.\n"
  })
  expect(await kafka("accept")).toMatchObject({
    ...done,
    stdout: "Publishing goes on after position 0, to the topic as it is now.\n"
  })
  expect(await kafka("accept", { ...brokers, KAFKA_TOPIC: "another" })).toMatchObject(nothing)

  const foreign = writeCursor({ logId: "another", epoch: 1, position: 0 })
  expect(readCursor(foreign)).toBeDefined()
  const refused = await kafka(`republish --from ${foreign}`)
  expect(refused).toMatchObject({ code: 1, stdout: "", stderr: "This cursor is of another log.\n" })
})

it("certreg kafka republish and accept are refused where there is nothing to do them with", async () => {
  const [empty, other] = [temporaryFolder(), temporaryFolder()]
  writeFileSync(join(other, log.file), "data")
  const kafka = (args: string, env: Readonly<Record<string, string>>) =>
    runNode("src/infrastructure/certreg.ts", ["kafka", ...args.split(" ")], env, folder)
  const { MASTER_KEY: _, ...withoutKey } = startableEnv
  const nothing = { code: 2, stdout: "", stderr: "DATA_DIR holds no data: there is nothing to do.\n" }
  expect(await kafka("accept", { ...withoutKey, ...brokers, DATA_DIR: empty })).toMatchObject(nothing)
  // Nor is a key made.
  expect(readdirSync(empty)).toEqual([])

  const env = { ...startableEnv, DATA_DIR: other }
  expect(await kafka("accept", env)).toMatchObject({
    code: 2,
    stderr: "KAFKA_BROKERS is missing: nothing goes to Kafka.\n"
  })
  expect(await kafka("accept", { ...env, ...brokers, ESIGN_CLIENT_ID: "" })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("ESIGN_CLIENT_ID")
  })
  expect(await kafka("republish --from yesterday", env)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^--from takes start, or a cursor/)
  })
})
