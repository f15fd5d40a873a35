import { readFileSync } from "node:fs"
import { parse } from "yaml"

export interface ComposeService {
  readonly image: string
  readonly build?: string
  readonly command?: ReadonlyArray<string>
  readonly environment: Readonly<Record<string, string>>
  readonly ports?: ReadonlyArray<string>
  readonly volumes?: ReadonlyArray<string>
  readonly networks?: Readonly<Record<string, { readonly aliases: ReadonlyArray<string> }>>
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly healthcheck?: { readonly test: ReadonlyArray<string> }
  readonly [key: string]: unknown
}
export interface Compose {
  readonly services: Readonly<Record<"eventstoredb" | "kafka" | "simulator" | "topic" | "service", ComposeService>>
  readonly volumes: Readonly<Record<string, unknown>>
  readonly [key: string]: unknown
}

const composeText = (): string => readFileSync(new URL("../../../docker-compose.yml", import.meta.url), "utf8")

/** With what anchors stand for; a name that stands twice is an error. */
export const readCompose = (): Compose => parse(composeText(), { merge: true, uniqueKeys: true }) as Compose
