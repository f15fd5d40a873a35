import { rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { assert, it, onTestFinished } from "vitest"
import { startEventStoreDb } from "../support/eventstoredb/server-process.ts"
import { openStore } from "../support/eventstoredb/store-under-test.ts"
import { eventually } from "../support/eventually.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

it("a server that was away finds one connection of a busy service when it is back, and not one for each call in vain", async () => {
  const server = await startEventStoreDb({ data: temporaryFolder() })
  onTestFinished(async () => void (await server.kill()))
  const store = openStore(server.url)
  let [isOver, inVain] = [false, 0]
  const ask = async () => {
    while (!isOver) {
      const isAnswered = await store
        .run(({ read }) => read("a"))
        .then(
          () => true,
          () => false
        )
      if (!isAnswered) inVain++
      await sleep(5)
    }
  }
  const asking = Promise.all(Array.from({ length: 20 }, ask))
  await server.kill()
  await eventually("calls in vain", () => inVain > 60)
  await server.start()
  await eventually("an answer", () => store.run(({ read }) => read("a")).catch(() => undefined))
  isOver = true
  await asking
  // Those that would come by themselves have come by now: they try again after a second.
  await sleep(3000)
  assert.isAtMost((await server.report()).connections, 1)
})

it("a client whose certificate cannot be read at the moment is not replaced, which is said once, and the calls end and go on", async () => {
  const server = await startEventStoreDb()
  onTestFinished(async () => void (await server.kill()))
  const file = join(temporaryFolder(), "user.pem")
  // It is read also where no TLS is spoken.
  writeFileSync(file, "-")
  const store = openStore(`${server.url}&userCertFile=${file}&userKeyFile=${file}`, { deadline: 700 })
  const { stream } = await eventually("an append in time", () => store.given(1).catch(() => undefined))
  rmSync(file)
  const kept = () => store.lines.filter(({ event }) => event === "event_store_client_kept").length
  const hang = async () => {
    await server.fault({ on: "read", stream: store.prefix + stream, effect: "hang" })
    assert.include(await store.failure(({ read }) => read(stream)), { stored: "no", code: "timeout" })
  }
  await hang()
  await hang()
  assert.strictEqual(kept(), 1)
  const { events } = await eventually("a read in time", () =>
    store.run(({ read }) => read(stream)).catch(() => undefined)
  )
  assert.lengthOf(events, 1)
  writeFileSync(file, "-")
  await hang()
  rmSync(file)
  await hang()
  assert.strictEqual(kept(), 2)
})
