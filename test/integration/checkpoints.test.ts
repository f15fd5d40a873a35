import { cpSync, rmSync } from "node:fs"
import { join } from "node:path"
import { expect, it } from "vitest"
import { checkpointStream } from "../../src/application/history/ids.ts"
import { isSignedBy, parseNote } from "../../src/application/proof/signed-note.ts"
import { apiOf } from "../support/api.ts"
import { appendFiller, loseEvents } from "../support/damaged-log.ts"
import { eventually } from "../support/eventually.ts"
import { runNode } from "../support/run-node.ts"
import { type Env, type RunningProgram, startMain } from "../support/service-program.ts"
import { signingKey, signingKeyFile } from "../support/signing-keys.ts"
import { startableEnv } from "../support/startable-env.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const keys = (...numbers: Parameters<typeof signingKeyFile>): Env => ({ SIGNING_KEY_FILE: signingKeyFile(...numbers) })
const env: Env = { ...startableEnv, CHECKPOINT_INTERVAL: "200 millis", ...keys(1) }

type Line = { readonly event: string; readonly note: string; readonly revision: number; readonly count: number }
const signedIn = (program: RunningProgram): ReadonlyArray<Line> =>
  program
    .output()
    .split("\n")
    .filter((line) => line.includes('"checkpoint_signed"'))
    .map((line) => JSON.parse(line))
/** Starts the service, waits until it has signed a checkpoint, and kills it. */
const signedOnce = async (variables: Env, look: (program: RunningProgram) => Promise<void> = async () => {}) => {
  const program = await startMain(variables)
  const [line] = await eventually("a checkpoint", () => signedIn(program).length > 0 && signedIn(program))
  await look(program)
  program.kill("SIGKILL")
  await program.ended
  return line as Line
}
const refused = async (variables: Env): Promise<string> => {
  const { code, stderr } = await runNode("src/infrastructure/main.ts", [], variables, temporaryFolder())
  expect(code).toBe(1)
  expect(stderr).toMatch(/^certreg cannot start: [^\n]+\.\n$/)
  return stderr
}

it("a service signs its log, goes on after a kill and with another key, and refuses a log that was cut", async () => {
  const DATA_DIR = temporaryFolder()
  const first = await signedOnce({ ...env, DATA_DIR }, async ({ port }) => {
    const metrics = await apiOf(() => `http://127.0.0.1:${port}`, "").send("GET", "/metrics")
    expect(metrics.text).toMatch(/^certreg_checkpoint_position 1$/m)
    expect(metrics.text).toMatch(/^certreg_checkpoint_timestamp_seconds \d/m)
  })
  expect(first).toMatchObject({ revision: 0, count: 1 })
  expect(isSignedBy(first.note, signingKey(1).publicKey)).toBe(true)

  const before = temporaryFolder()
  cpSync(DATA_DIR, before, { recursive: true })
  expect(await refused({ ...env, DATA_DIR, ...keys(2, 3) })).toMatch(
    `The signing key is not the one that signs for this log, whose public key is ${signingKey(1).publicKey}`
  )
  // The change of the key alone is nothing to be signed: the log grows as if somebody had registered.
  appendFiller(DATA_DIR, 3)
  const second = await signedOnce({ ...env, DATA_DIR, ...keys(2, 1) })
  expect(second).toMatchObject({ revision: 2, count: 5 })
  expect(isSignedBy(second.note, signingKey(2).publicKey)).toBe(true)
  expect(parseNote(second.note)?.text).toMatch(/\ncount 5\nlast position 6\n/)

  const verified = await runNode("src/infrastructure/certreg.ts", ["verify"], { DATA_DIR })
  expect(verified).toMatchObject({ code: 0, stderr: "" })

  // All that knows more than the log but the checkpoint itself: the log has grown again, and there are no rows.
  loseEvents(before, checkpointStream, "revision = 0")
  appendFiller(before, 3)
  rmSync(join(before, "views-1.db"))
  expect(await refused({ ...env, DATA_DIR: before })).toMatch(
    /The log does not hold the last checkpoint that is known, at revision 0 of certreg-checkpoints: .*--after-restore/
  )
})
