import { randomInt } from "node:crypto"
import { parseArgs } from "node:util"
import { usesEventStoreDb } from "../support/log-of-run.ts"
import { type Row, runCampaign } from "./campaign.ts"
import { tableOf } from "./table.ts"

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "20" },
    kills: { type: "string", default: "200" },
    "store-kills": { type: "string", default: "200" },
    lanes: { type: "string", default: "4" },
    seed: { type: "string", default: String(randomInt(2 ** 31)) }
  }
})

// Ends what was started.
process.once("SIGINT", () => process.exit(130))
const begun = Date.now()
console.log(`--seed ${values.seed}`)
const killsStore = usesEventStoreDb() && !process.env["EVENTSTOREDB_URL"]
if (usesEventStoreDb())
  console.log(`EventStoreDB: ${killsStore ? "a double for each lane, killed too" : "given, and never killed"}.`)
const rows: ReadonlyArray<Row> = await runCampaign({
  rounds: Number(values.rounds),
  kills: Number(values.kills),
  ...(killsStore ? { storeKills: Number(values["store-kills"]) } : {}),
  lanes: Number(values.lanes),
  deaths: 1,
  recovery: 30_000,
  seed: Number(values.seed),
  onRound: (done, of) => {
    if (done % 100 === 0) console.log(`${done} of ${of}`)
  }
})
console.log(tableOf(rows))
for (const { lost, repeated } of rows) for (const finding of [...lost, ...repeated]) console.log(finding)
console.log(`${Math.round((Date.now() - begun) / 1000)} s`)
process.exit(rows.some(({ lost, repeated }) => lost.length + repeated.length > 0) ? 1 : 0)
