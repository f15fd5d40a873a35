import { expect, it, onTestFinished } from "vitest"
import { runNode } from "../support/run-node.ts"
import { startService } from "../support/service.ts"

const key = (n: number) => Buffer.alloc(32, n).toString("base64")

it("certreg keys rewrap says that it did nothing under the new master key where the service was not started with it", async () => {
  const service = await startService({ env: { MASTER_KEY: key(1) } })
  onTestFinished(() => service.close())
  await service.api.register("one")
  const env = { ...service.env, MASTER_KEY: `${key(2)},${key(1)}` }
  const { code, stdout, stderr } = await runNode("src/infrastructure/certreg.ts", ["keys", "rewrap"], env)
  expect({ code, stdout, stderr }).not.toMatchObject({
    code: 0,
    stdout: expect.stringContaining("earlier master keys are not needed any more")
  })
})
