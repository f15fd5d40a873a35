import { requestBody } from "./partner.ts"

export type Stack = { readonly service: string; readonly simulator: string; readonly key: string }

export const whatNext = `
What next
  npm run demo -- --stay   keeps both running, with a key and curl commands to go on with
  npm run dev              both on ./data, restarted when their code changes
  README.md                a first registration, step by step
  docs/simulator.md        what a user id such as demo-budi.sim-rejected-NOT_EKTP makes the platform do
`

/** What can be done by hand with a running stack; `id` is a registration that is there already. */
export const byHand = ({ service, simulator, key }: Stack, id?: string): string => `
  KEY=${key}
  curl -s ${service}/v1/registrations -H "authorization: Bearer $KEY" -H 'content-type: application/json' \\
    -d '${JSON.stringify(requestBody("try-1", 9))}'
  curl -s ${service}/v1/registrations/${id ?? "<id>"}/events -H "authorization: Bearer $KEY"
  curl -s ${service}/health/ready
  curl -s ${simulator}/_control/ledger

Another partnerUserId is another user; try-2.sim-rejected-NOT_EKTP is one that the platform rejects: docs/simulator.md lists such
test values. \`npm run demo -- --picture FILE\` writes an image to upload, README.md shows how.
`
