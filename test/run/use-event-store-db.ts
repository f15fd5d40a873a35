import { inject } from "vitest"

// Before each file of tests: what is started there keeps its log at the server of this run.
process.env["EVENT_STORE"] = "eventstoredb"
process.env["EVENTSTOREDB_URL"] = inject("eventStoreDb").url
