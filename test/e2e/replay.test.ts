import { afterAll, expect, it } from "vitest"
import { usersOf } from "../support/api.ts"
import { runNode } from "../support/run-node.ts"
import { startService } from "../support/service.ts"

const service = await startService()
afterAll(() => service.close())
const { api } = service
const userWith = usersOf("replay")

it("certreg replay finds rows and messages as the log has them, beside a service and after it", async () => {
  const ends = [
    ["", "issued"],
    ["rejected-NOT_EKTP", "rejected"],
    ["partial-first failed-SYSTEM_ERROR", "failed"]
  ] as const
  await Promise.all(ends.map(async ([values, end]) => api.until(await api.register(userWith(values)), end)))
  const { id } = await api.start(userWith())
  await api.withdraw(id)
  const replay = () => runNode("src/infrastructure/certreg.ts", ["replay"], service.env)
  const beside = await replay()
  expect([beside.code, beside.stderr]).toEqual([0, ""])
  await service.kill()
  await service.start()
  await api.until(await api.register(userWith()), "issued")
  await service.kill("SIGTERM")
  const { code, stdout, stderr } = await replay()
  expect([code, stderr]).toEqual([0, ""])
  expect(stdout).toMatch(/ events of 5 registrations: rows and messages are what today's code makes of them\.\n$/)
})
